/*
 * Generated purchases with the turnover that a simulation wants for each day
 * (simulate.h), as the rows of an import.
 */
#ifndef JF_SIM_PURCHASES_H
#define JF_SIM_PURCHASES_H

#include "app/import_rows.h"
#include "app/simulation.h"

#define JF_SIMULATION_FIRST_DAY ((jf_day){19723}) /* 2024-01-01 */

/* The mapping that is built in, with the policy's rebates. Lives in the arena. */
jf_import_map *jf_simulation_map(jf_arena *arena, const jf_policy *policy);

/* Sorted rows. At least one. */
void jf_simulation_rows(jf_import_rows *rows, const jf_simulation *simulation, bool growing);

#endif

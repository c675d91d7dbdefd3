/*
 * Rows of the report as text, and the sections that report_rewards.c writes:
 * what the two files of the report's writer share.
 */
#ifndef JF_APP_REPORT_ROWS_H
#define JF_APP_REPORT_ROWS_H

#include "app/grid.h"
#include "app/report.h"

void jf_report_amount(jf_grid *grid, const char *label, int64_t amount, jf_unit unit, bool chinese);
void jf_report_count(jf_grid *grid, const char *label, uint64_t count);

/* A section begins: a blank line and its heading; the columns are those of all sections. */
void jf_report_heading(jf_grid *grid, const char *text, jf_str name);

/* Where the rebates went. */
void jf_report_shares_json(const jf_report *r, jf_jw *w);
void jf_report_shares_text(const jf_report *r, jf_grid *grid, bool chinese);

/* Reward programs, tax withheld, chain stores and old debts: members, and sections. */
void jf_report_rewards_json(const jf_report *r, jf_jw *w);
void jf_report_rewards_text(const jf_report *r, jf_grid *grid, bool chinese);

#endif

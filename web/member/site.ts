/*
 * What this server is called and allows, asked once.
 */
import { api } from '@shared/http'
import { loaded } from '@shared/load'

export const site = loaded(() => api('GET /v1/site'))

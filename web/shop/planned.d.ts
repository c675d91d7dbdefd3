/*
 * Routes that are not described yet.
 */
export {}
declare module '@shared/api' {
  interface Api {
    'POST /v1/shops/{shop}/collections': {
      path: { shop: string }
      body: { id: string; code: string; amount: string }
      reply: { payment: string; member: string; state: string; amount: string; until: string; reason?: string }
    }
    'GET /v1/shops/{shop}/collections/{payment}': {
      path: { shop: string; payment: string }
      reply: { payment: string; member: string; state: string; amount: string; until: string; reason?: string }
    }
    'GET /v1/shops/{shop}/refund-asks': {
      path: { shop: string }
      query: { limit?: number; before?: number }
      reply: { rows: Array<{ ask: number; id: string; member: string; shop: string; order: string; amount: string; reason: string; state: string; asked: string; decided?: string; decider?: string; outcome?: string }>; next: number | null }
    }
    'POST /v1/shops/{shop}/refund-asks/{ask}/decision': {
      path: { shop: string; ask: string }
      body: { decision: string }
      reply: { ask: number; state: string; result?: Loose }
    }
    'POST /v1/shops/{shop}/orders/{order}/refunds': {
      path: { shop: string; order: string }
      body: { id: string; amount: string }
      reply: { cash: string; voucher: string; debt_created: string }
    }
  }
  type Loose = Record<string, any>
}

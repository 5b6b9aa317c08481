import { startGateway } from '../testing/start-gateway.ts'

test('operators are told where the public is told something else than what is known', async () => {
  const gateway = await startGateway()
  try {
    const atMs = 1_760_000_000_000
    const finding = { kind: 'update_overdue', subject: 'inc-1', sentence: 'The update is 5 min late.' }
    gateway.incidents.scripts.listTruthFindings = async () => ({
      findings: [{ ...finding, sinceMs: atMs }],
      auditedAtMs: atMs,
    })
    const at = new Date(atMs).toISOString()
    const { body } = await gateway.call('GET', '/api/v1/truth')
    expect(body).toEqual({ auditedAt: at, findings: [{ ...finding, since: at }] })
    gateway.incidents.scripts.listTruthFindings = async () => ({ findings: [], auditedAtMs: 0 })
    expect((await gateway.call('GET', '/api/v1/truth')).body).toEqual({ auditedAt: null, findings: [] })
    expect((await gateway.call('GET', '/api/v1/truth', { key: null })).status).toBe(401)
  } finally {
    await gateway.stop()
  }
})

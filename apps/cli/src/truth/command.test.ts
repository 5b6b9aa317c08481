import { akashic } from '../testing/a-session.ts'
import { startFakeServer } from '../testing/fake-server.ts'
import { ago } from '../testing/incident-builders.ts'

test('a difference is told with the command that ends it, and by the exit code', async () => {
  const finding = { kind: 'update_overdue', subject: 'inc-1', sentence: 'An update is late.', since: ago(5) }
  const answers: Record<string, unknown> = {}
  const server = await startFakeServer(answers)
  try {
    const env = { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' }
    const told = async (truth: object) => {
      answers['GET /api/v1/truth'] = truth
      return akashic(['truth'], { env })
    }
    const late = await told({ auditedAt: ago(0), findings: [finding] })
    expect(late).toMatchObject({ code: 3, stdout: expect.stringContaining('akashic incident update inc-1') })
    const well = await told({ auditedAt: ago(0), findings: [] })
    expect(well).toMatchObject({ code: 0, stdout: expect.stringContaining('told what is known') })
    expect((await told({ auditedAt: null, findings: [] })).code).toBe(5)
  } finally {
    await server.stop()
  }
})

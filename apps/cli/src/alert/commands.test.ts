import { akashic } from '../testing/a-session.ts'
import { startFakeServer, type FakeServer } from '../testing/fake-server.ts'
import { ago } from '../testing/incident-builders.ts'
import type { Alert } from './alert.ts'

const anAlert = (partial: Partial<Alert> = {}): Alert => ({
  ...{ id: 'alr-1', source: 'prometheus', fingerprint: 'high-error-rate', component: 'web', status: 'firing' },
  ...{ severity: 'warning', summary: 'One request in ten fails.', assignee: null, incident: null },
  ...{ firedAt: ago(5), lastSeenAt: ago(0), resolvedAt: null },
  ...partial,
})

let server: FakeServer
let env: Record<string, string>
const answers: Record<string, unknown> = {}
beforeEach(async () => {
  server = await startFakeServer(answers)
  env = { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' }
})
afterEach(async () => server.stop())
const answer = (...items: readonly Alert[]) => (answers['GET /api/v1/alerts'] = { items, nextCursor: null })

test('what fires is listed worst first, with whom it is for and the incident to look at', async () => {
  answer(
    anAlert({ severity: 'info', summary: 'A disk fills up.' }),
    anAlert({
      severity: 'critical',
      summary: 'An update is late.',
      incident: 'inc-1',
      component: null,
      assignee: { role: 'communications_lead', person: null },
    }),
  )
  const { stdout, code } = await akashic(['alert', 'list'], { env })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^2 alerts firing\n\nAn update is late\.\n  ✖ critical, for 5 min/)
  expect(stdout).toContain('prometheus: high-error-rate, for communications lead')
  expect(stdout).toContain('akashic incident show inc-1')
  expect(stdout).toContain('web, prometheus: high-error-rate')
  expect(server.asked[0]!.path).toBe('/api/v1/alerts?status=firing&limit=200')
})

test('nothing that fires is said to be so, and what fired before comes when it is asked for', async () => {
  answer()
  expect((await akashic(['alert', 'list'], { env })).stdout).toBe('● No alert fires.\n')
  answer(anAlert({ status: 'resolved', resolvedAt: '2020-01-01T10:00:00.000Z' }))
  const { stdout } = await akashic(['alert', 'list', '--all', '--source', 'a b', '--component', 'web'], { env })
  expect(stdout).toContain('● resolved 2020-01-01 10:00 UTC, warning')
  expect(server.asked[1]!.path).toBe('/api/v1/alerts?source=a+b&component=web&limit=200')
})

test('as JSON they are what the server answered, and text that plays tricks on a terminal is taken out', async () => {
  const alert = anAlert({ summary: '\u001b[2J' })
  answer(alert)
  expect(JSON.parse((await akashic(['alert', 'list', '--json'], { env })).stdout)).toEqual([alert])
  expect((await akashic(['alert', 'list'], { env })).stdout).not.toContain('\u001b')
})

import { akashic } from '../testing/a-session.ts'
import { Problem, startFakeServer, type FakeServer } from '../testing/fake-server.ts'
import { ago } from '../testing/incident-builders.ts'
import type { CallPage, PageEntry } from './page.ts'

const called: PageEntry = { at: ago(5), kind: 'called', person: 'ada', detail: 'step 1' }
const aPage = (partial: Partial<CallPage> = {}): CallPage => ({
  ...{ id: 'pag-1', version: 2, subject: 'incident:inc-1', incident: 'inc-1', policy: 'critical' },
  ...{ title: 'Checkout is down', state: 'calling', dueAt: '2030-01-01T12:05:00.000Z', acknowledgedBy: null },
  ...{ openedAt: ago(12), resolvedAt: null, entries: [called] },
  ...partial,
})

let server: FakeServer
let env: Record<string, string>
const answers: Record<string, unknown> = {}
beforeEach(async () => {
  for (const name of Object.keys(answers)) delete answers[name]
  server = await startFakeServer(answers)
  env = { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' }
})
afterEach(async () => server.stop())
const oncall = (...argv: readonly string[]) => akashic(['oncall', ...argv], { env })
const list = (items: readonly CallPage[], nextCursor: string | null = null) =>
  (answers['GET /api/v1/oncall/pages'] = { items, nextCursor })

test('a page that calls tells what happens next and how to answer it', async () => {
  list([aPage()])
  const { code, stdout } = await oncall('pages')
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /^1 page open, 1 waits for an answer\n\nCheckout is down\n  ▲ calling, open for 12 min \(since /,
  )
  expect(stdout).toContain('UTC): calls the next step at 2030-01-01 12:05 UTC\n  last: ada was called (step 1), ')
  expect(stdout).toContain(`
  akashic oncall ack pag-1
  akashic oncall snooze pag-1 --for 30m
  akashic oncall escalate pag-1
  akashic incident show inc-1
`)
  expect(server.asked[0]!.path).toBe('/api/v1/oncall/pages?limit=50&state=open')
})

test('pages are listed worst first', async () => {
  list([
    aPage({ title: 'F', state: 'acknowledged', dueAt: null, acknowledgedBy: 'Grace' }),
    aPage({ title: 'E', state: 'silenced' }),
    aPage({ title: 'D', state: 'snoozed' }),
    aPage({ title: 'C' }),
    aPage({ title: 'B', openedAt: ago(30) }),
    aPage({ title: 'A', state: 'exhausted', dueAt: null }),
  ])
  const { stdout } = await oncall('pages')
  expect(stdout).toMatch(/^6 pages open, 3 wait for an answer\n/)
  expect(stdout.match(/^[A-F]$/gm)!.join('')).toBe('ABCDEF')
  expect(stdout).toMatch(/✖ nobody acknowledged, .*: nobody is called any more\n/)
  expect(stdout).toMatch(/◷ snoozed, .*: calls again at 2030-01-01 12:05 UTC, from the first step\n/)
  expect(stdout).toMatch(/– silenced, .*: calls when the silence ends, at 2030-01-01 12:05 UTC\n/)
  expect(stdout).toMatch(/● acknowledged, .*: Grace is on it, nobody else is called\n/)
})

test('a page that reaches nobody says so', async () => {
  const nobody: PageEntry = { ...called, kind: 'nobody', person: '', detail: '' }
  list([aPage({ entries: [called, nobody], dueAt: ago(0) })])
  expect((await oncall('pages')).stdout).toMatch(/: nobody is on call, tries again now\n  last: nobody is on call, /)
})

test('none is told as such, and what is over comes when it is asked for', async () => {
  list([])
  expect((await oncall('pages')).stdout).toBe('● No page is open.\n')
  const over = aPage({ state: 'resolved', dueAt: null, openedAt: ago(30), resolvedAt: ago(10) })
  list([over], 'more')
  const { stdout } = await oncall('pages', '--all', '--limit', '1')
  expect(stdout).toMatch(/^● No page is open\.\n\nCheckout is down\n  ● resolved .* UTC, after 20 min\n/)
  expect(stdout).not.toContain('oncall ack')
  expect(stdout).toContain('There are more: --limit 2 shows them.')
  expect(server.asked[1]!.path).toBe('/api/v1/oncall/pages?limit=1&state=all')
})

test('as JSON they are what the server answered, and text that plays tricks on a terminal is taken out', async () => {
  const trick = aPage({ title: '\u001b[2J', entries: [{ ...called, person: '\u001b[2J' }] })
  list([trick])
  expect(JSON.parse((await oncall('pages', '--json')).stdout)).toEqual([trick])
  expect((await oncall('pages')).stdout).not.toContain('\u001b')
})

describe('an answer', () => {
  const asked = () =>
    server.asked.map(({ method, path, body }) => `${method} ${path} ${body ? JSON.stringify(body) : ''}`.trim())

  test('acknowledges, snoozes or escalates a page, and shows it as it is then', async () => {
    const acknowledged = aPage({ state: 'acknowledged', dueAt: null, acknowledgedBy: 'Ada' })
    answers['POST /api/v1/oncall/pages/pag-1/acknowledge'] = acknowledged
    answers['POST /api/v1/oncall/pages/pag-1/snooze'] = aPage({ state: 'snoozed' })
    answers['POST /api/v1/oncall/pages/pag-1/escalate'] = aPage({ dueAt: ago(0) })
    expect((await oncall('ack', 'pag-1')).stdout).toMatch(/● acknowledged, .*: Ada is on it/)
    expect((await oncall('snooze', 'pag-1', '--for', '30m')).stdout).toContain('◷ snoozed')
    expect((await oncall('escalate', 'pag-1')).stdout).toContain('calls the next step now')
    expect(asked()).toEqual([
      'POST /api/v1/oncall/pages/pag-1/acknowledge',
      'POST /api/v1/oncall/pages/pag-1/snooze {"for":"30m"}',
      'POST /api/v1/oncall/pages/pag-1/escalate',
    ])
    expect(JSON.parse((await oncall('ack', 'pag-1', '--json')).stdout)).toEqual(acknowledged)
  })

  test('to a page that is not there is told, and a snooze without a time is not understood', async () => {
    answers['POST /api/v1/oncall/pages/pag-2/acknowledge'] = new Problem(404, { detail: 'There is no page pag-2.' })
    const gone = await oncall('ack', 'pag-2')
    expect(gone).toMatchObject({ code: 1, stderr: 'Acknowledging the page pag-2: There is no page pag-2.\n' })
    expect((await oncall('snooze', 'pag-1', '--for', 'later')).code).toBe(2)
    expect((await oncall('snooze', 'pag-1')).code).toBe(2)
    expect(asked()).toHaveLength(1)
  })
})

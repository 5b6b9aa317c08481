import { PassThrough } from 'node:stream'
import { systemClock } from '@akashic/shared/clock'
import type { Session } from '../session.ts'
import { terminalOf } from '../terminal/terminal.ts'
import { akashic } from '../testing/a-session.ts'
import { Problem, startFakeServer, type FakeServer } from '../testing/fake-server.ts'
import { ago } from '../testing/incident-builders.ts'
import { addSilence } from './add-silence.ts'
import type { Alert } from './alert.ts'
import type { Silence, SilencePreview } from './silence.ts'

const aSilence = (partial: Partial<Silence> = {}): Silence => ({
  ...{ id: 'sil-1', version: 1, author: 'Ada', reason: 'We move the database.', createdAt: ago(10) },
  matchers: [{ name: 'component', value: 'shop', isRegex: false, isEqual: true }],
  ...{ start: ago(10), end: ago(-90.5) },
  ...partial,
})
const anAlert = (partial: Partial<Alert> = {}): Alert => ({
  ...{ id: 'alr-1', source: 'prometheus', fingerprint: 'f', component: 'shop', status: 'firing', severity: 'critical' },
  ...{ summary: 'One request in ten fails.', assignee: null, incident: null },
  ...{ firedAt: ago(5), lastSeenAt: ago(0), resolvedAt: null },
  ...partial,
})
const aPreview = (partial: Partial<SilencePreview> = {}): SilencePreview => ({
  ...{ now: [anAlert()], nowCount: 1, lastWeekCount: 12, incidents: ['inc-1'] },
  ...partial,
})

let server: FakeServer
let env: Record<string, string>
const answers: Record<string, unknown> = {}
beforeEach(async () => {
  for (const name of Object.keys(answers)) delete answers[name]
  answers['POST /api/v1/silences/preview'] = aPreview()
  answers['POST /api/v1/silences'] = aSilence()
  server = await startFakeServer(answers)
  env = { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' }
})
afterEach(async () => server.stop())

const add = (...more: readonly string[]) => akashic(['alert', 'silence', 'add', ...more], { env })
const reason = ['--reason', 'We move the database.']

test('with --yes, it shows what it mutes and silences it', async () => {
  const before = Date.now()
  const { code, stdout } = await add('component=shop', 'severity!=info', '--for', '2h', ...reason, '--yes')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^Mutes 1 alert that fires now, and holds back the page of 1 open incident\.\n/)
  expect(stdout).toContain('  ✖ critical  One request in ten fails.  shop  5 min\n')
  expect(stdout).toContain('In the last week 12 alerts fired that it would have muted.')
  expect(stdout).toContain('  akashic incident show inc-1')
  expect(stdout).toMatch(/component="shop"\n  ▲ mutes until .*UTC, 1 h 30 min left/)
  expect(stdout).toContain('akashic alert silence end sil-1')
  const matchers = [
    { name: 'component', value: 'shop', isRegex: false, isEqual: true },
    { name: 'severity', value: 'info', isRegex: false, isEqual: false },
  ]
  const [previewed, silenced] = server.asked.map(({ body }) => body as { end: string })
  expect(previewed).toEqual({ matchers })
  expect(silenced).toEqual({ matchers, reason: 'We move the database.', end: expect.any(String) })
  expect(Date.parse(silenced!.end) - before - 7_200_000).toBeLessThanOrEqual(Date.now() - before)
  expect(Date.parse(silenced!.end) - before).toBeGreaterThanOrEqual(7_200_000)
})

test('matchers that nothing fits are said to be suspicious, and of many alerts some are counted only', async () => {
  answers['POST /api/v1/silences/preview'] = aPreview({ now: [], nowCount: 0, lastWeekCount: 0, incidents: [] })
  const none = await add('component=shpo', '--until', '2030-01-01T06:00Z', ...reason, '--yes')
  expect(none.stdout).toMatch(/^Mutes nothing that fires now\.\n.*Are the matchers right\?/)
  answers['POST /api/v1/silences/preview'] = aPreview({ now: [], nowCount: 0, lastWeekCount: 0 })
  const pagesOnly = await add('component=shop', '--until', '2030-01-01T06:00Z', ...reason, '--yes')
  expect(pagesOnly.stdout).not.toContain('Are the matchers right?')
  answers['POST /api/v1/silences/preview'] = aPreview({ now: Array<Alert>(50).fill(anAlert()), nowCount: 70 })
  const many = await add('component=shop', '--until', '2030-01-01T06:00Z', ...reason, '--yes')
  expect(many.stdout).toContain('Mutes 70 alerts that fire now')
  expect(many.stdout).toContain('  and 60 more')
  expect(server.asked[1]!.body).toMatchObject({ end: '2030-01-01T06:00:00.000Z' })
})

test('as JSON the silence is all there is on stdout', async () => {
  const { stdout, stderr } = await add('component=shop', '--for', '2h', ...reason, '--yes', '--json')
  expect(JSON.parse(stdout)).toMatchObject({ id: 'sil-1' })
  expect(stderr).toContain('Mutes 1 alert')
})

test.each([
  [['component', '--for', '2h', '--yes'], 'Reading the matcher component: there is no operator'],
  [['component=shop', '--yes'], 'either --for or --until'],
  [['component=shop', '--yes', '--for', '2h', '--until', '2030-01-01'], 'either --for or --until'],
  [['component=shop', '--for', '2h'], 'Say --yes, or run it in a terminal.'],
])('%j is refused before the server is asked anything', async (argv, sentence) => {
  const { code, stderr } = await add(...argv, ...reason)
  expect(code).toBe(2)
  expect(stderr).toContain(sentence)
  expect(server.asked).toEqual([])
})

test('a pattern that the server cannot read silences nothing', async () => {
  const detail = 'must be a regular expression (RE2)'
  const errors = [{ pointer: '/matchers/0/value', detail }]
  answers['POST /api/v1/silences/preview'] = new Problem(400, { detail: 'The body is not valid.', errors })
  const { code, stderr } = await add('job=~(', '--for', '2h', ...reason, '--yes')
  expect(code).toBe(1)
  expect(stderr).toContain(`/matchers/0/value: ${detail}`)
  expect(server.asked).toHaveLength(1)
})

/** On a terminal, with `typed` on its keyboard. */
async function addAsked(typed: string) {
  let stdout = ''
  const out = { isTTY: true, columns: 80, write: (text: string) => (stdout += text) }
  const session: Session = {
    ...{ terminal: terminalOf(out, { write: () => undefined }, { NO_COLOR: '1' }), env, clock: systemClock },
    ...{ cwd: '/nonexistent', dataDir: '/nonexistent', monotonicMs: () => 0, random: () => 0 },
    signal: new AbortController().signal,
  }
  const keyboard = Object.assign(new PassThrough(), { isTTY: true })
  if (typed === '') keyboard.end()
  else keyboard.write(typed)
  const code = await addSilence(session, ['component=shop'], { for: '2h', reason: 'Because.' }, keyboard)
  return { code, stdout, isLetGo: keyboard.isPaused() || keyboard.readableEnded }
}

test.each(['y\n', 'Yes\n'])('on a terminal it asks, and silences at the answer %j', async (typed) => {
  const { code, stdout, isLetGo } = await addAsked(typed)
  expect({ code, isLetGo }).toEqual({ code: 0, isLetGo: true })
  expect(stdout).toMatch(/Mutes 1 alert[^]*Silence this until .*UTC, for 2 h\? \[y\/N\] /)
  expect(server.asked.map(({ path }) => path)).toEqual(['/api/v1/silences/preview', '/api/v1/silences'])
})

test.each(['n\n', '\n', 'yikes\n', ''])('at the answer %j it silences nothing', async (typed) => {
  const { code, stdout, isLetGo } = await addAsked(typed)
  expect({ code, isLetGo }).toEqual({ code: 1, isLetGo: true })
  expect(stdout).toContain('Nothing is silenced.')
  expect(server.asked.map(({ path }) => path)).toEqual(['/api/v1/silences/preview'])
})

test('silences are listed with what is left of them, and those that are over when asked for', async () => {
  const later = aSilence({ id: 'sil-2', start: ago(-30.5) })
  answers['GET /api/v1/silences'] = { items: [later, aSilence()], nextCursor: null }
  const { stdout } = await akashic(['alert', 'silence', 'list'], { env })
  expect(stdout).toMatch(/^2 silences in force or to come\n\ncomponent="shop"\n  ◷ begins in 30 min, until/)
  expect(stdout).toMatch(
    /▲ mutes until .*, 1 h 30 min left\n  Ada: We move the database\.\n  akashic alert silence end/,
  )
  const over = aSilence({ end: '2020-01-01T10:00:00.000Z' })
  answers['GET /api/v1/silences'] = { items: [over], nextCursor: null }
  const all = await akashic(['alert', 'silence', 'list', '--all'], { env })
  expect(all.stdout).toContain('● Nothing is silenced.\n\ncomponent="shop"\n  – ended 2020-01-01 10:00 UTC')
  expect(all.stdout).not.toContain('silence end')
  expect(server.asked.at(-1)!.path).toBe('/api/v1/silences?state=all&limit=200')
  const json = await akashic(['alert', 'silence', 'list', '--json'], { env })
  expect(JSON.parse(json.stdout)).toEqual([over])
})

test('a silence is ended, and one that is not there is told', async () => {
  answers['DELETE /api/v1/silences/sil-1'] = aSilence({ end: ago(0) })
  const { code, stdout } = await akashic(['alert', 'silence', 'end', 'sil-1'], { env })
  expect(code).toBe(0)
  expect(stdout).toContain('– ended')
  const none = await akashic(['alert', 'silence', 'end', 'sil-2'], { env })
  expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('Ending the silence sil-2') })
})

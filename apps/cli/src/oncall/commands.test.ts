import { akashic } from '../testing/a-session.ts'
import { startFakeServer, type FakeServer } from '../testing/fake-server.ts'
import { ago } from '../testing/incident-builders.ts'
import type { OnCall, Override, Shift } from './on-call.ts'

const ada = { id: 'ada', name: 'Ada Lovelace' }
const grace = { id: 'grace', name: 'Grace Hopper' }
const aShift = (partial: Partial<Shift> = {}): Shift => ({
  ...{ person: ada, start: ago(60), end: ago(-180.5), because: 'rotation' },
  ...partial,
})
const gap = aShift({ person: null, because: 'gap' })
const onCall = (partial: Partial<OnCall> = {}): OnCall => ({
  ...{ schedule: 'primary', timeZone: 'Europe/Berlin', shift: aShift() },
  next: aShift({ person: grace, start: ago(-180.5), end: ago(-600) }),
  ...partial,
})
const anOverride = (partial: Partial<Override> = {}): Override => ({
  ...{ id: 'ovr-1', schedule: 'primary', person: grace, start: ago(30), end: ago(-90.5), author: 'Ada' },
  reason: 'Ada is on a train.',
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

describe('who is on call', () => {
  const path = 'GET /api/v1/oncall/now'

  test('is told for each schedule, with until when by both clocks and who comes next', async () => {
    answers[path] = { items: [onCall()] }
    const { code, stdout } = await oncall('now')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^● somebody is on call in the schedule\n\nprimary\n  ● Ada Lovelace until \w{3} /)
    expect(stdout).toMatch(/\d\d:\d\d Europe\/Berlin \(.*\d\d:\d\d UTC\), 3 h left\n    then Grace Hopper until /)
  })

  test('nobody is told first and in red, with how to change that, and by the exit code', async () => {
    answers[path] = {
      items: [onCall(), onCall({ schedule: 'database', shift: gap, next: aShift({ end: ago(-2e5) }) })],
    }
    const { code, stdout } = await akashic(['oncall', 'now'], { env, columns: 120 })
    expect(code).toBe(3)
    expect(stdout).toContain('\u001b[31m  ✖ nobody is on call until')
    const plain = stdout.replaceAll(/\u001b\[\d+m/g, '')
    expect(plain).toMatch(
      /^✖ nobody is on call in 1 of 2 schedules\n\ndatabase\n  ✖ nobody is on call until .*, for 3 h\n/,
    )
    expect(plain).toMatch(/then Ada Lovelace\n  akashic oncall override database <person> --for 4h --reason/)
    expect(plain.indexOf('database')).toBeLessThan(plain.indexOf('primary'))
  })

  test('is told for another instant', async () => {
    answers[path] = { items: [onCall({ shift: aShift({ end: '2030-03-01T02:00:00.000Z' }), next: null })] }
    const { stdout } = await oncall('now', '--at', '2030-01-01T02:00Z')
    expect(server.asked[0]!.path).toBe('/api/v1/oncall/now?at=2030-01-01T02%3A00%3A00.000Z')
    expect(stdout).toMatch(/^● somebody is on call in the schedule at 2030-01-01 02:00 UTC\n/)
    expect(stdout).toContain('● Ada Lovelace for the next 35 days at least\n')
  })

  test('is nobody without any schedule', async () => {
    answers[path] = { items: [] }
    expect(await oncall('now')).toMatchObject({
      ...{ code: 3, stdout: '✖ nobody is on call: no schedule is configured\n' },
    })
  })

  test('is told as JSON with the same exit code, and tricks on the terminal are taken out', async () => {
    const items = [onCall({ schedule: '\u001b[2J', shift: gap })]
    answers[path] = { items }
    const { code, stdout } = await oncall('now', '--json')
    expect(code).toBe(3)
    expect(JSON.parse(stdout)).toEqual(items)
    expect((await oncall('now')).stdout).not.toContain('\u001b')
  })
})

test('shifts are a table in the zone of the schedule, with the gaps counted', async () => {
  const items = [
    aShift({ start: '2030-01-01T08:00:00.000Z', end: '2030-01-01T20:00:00.000Z' }),
    aShift({ person: null, because: 'gap', start: '2030-01-01T20:00:00.000Z', end: '2030-01-02T08:00:00.000Z' }),
    aShift({ person: grace, because: 'override', start: '2030-01-02T08:00:00.000Z', end: '2030-01-03T08:00:00.000Z' }),
  ]
  answers['GET /api/v1/oncall/schedules/primary/shifts'] = { items }
  answers['GET /api/v1/oncall/schedules'] = { items: [{ name: 'primary', timeZone: 'Europe/Berlin' }] }
  const range = ['--from', '2030-01-01T08:00Z', '--to', '2030-01-03T08:00Z']
  const { code, stdout } = await oncall('shifts', 'primary', ...range)
  expect(code).toBe(0)
  expect(stdout.split('\n')).toEqual([
    'primary: 3 shifts, ✖ nobody for 12 h in 1 gap',
    'Times of Europe/Berlin',
    '',
    expect.stringMatching(/^FROM +TO +WHO +FOR +FROM \(UTC\)/),
    expect.stringMatching(/^Tue 2030-01-01 09:00 +Tue 2030-01-01 21:00 +Ada Lovelace +12 h +2030-01-01 08:00$/),
    expect.stringMatching(/^Tue 2030-01-01 21:00 .* ✖ nobody +12 h/),
    expect.stringMatching(/^Wed 2030-01-02 09:00 .* Grace Hopper +24 h .* override$/),
    '',
  ])
  expect(server.asked[0]!.path).toContain('from=2030-01-01T08%3A00%3A00.000Z&to=2030-01-03T08%3A00%3A00.000Z')
  expect(JSON.parse((await oncall('shifts', 'primary', ...range, '--json')).stdout)).toEqual(items)
})

test('shifts are those of the next two weeks, with the present one marked', async () => {
  answers['GET /api/v1/oncall/schedules/primary/shifts'] = { items: [aShift()] }
  answers['GET /api/v1/oncall/schedules'] = { items: [{ name: 'primary', timeZone: 'UTC' }] }
  const { stdout } = await oncall('shifts', 'primary')
  expect(stdout).toMatch(/^primary: 1 shift, ● always somebody\n/)
  expect(stdout).toMatch(/\n▶ +\w{3} \d/)
  const { searchParams } = new URL(server.asked[0]!.path, server.url)
  expect(Date.parse(searchParams.get('to')!) - Date.parse(searchParams.get('from')!)).toBe(14 * 86_400_000)
})

describe('an override', () => {
  const path = '/api/v1/oncall/overrides'

  test('puts somebody on call for a while, from now or an instant', async () => {
    answers[`POST ${path}`] = anOverride()
    const reason = ['--reason', 'Ada is on a train.']
    const { code, stdout } = await oncall('override', 'primary', 'grace', '--for', '4h', ...reason)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Grace Hopper in primary\n  ● in force, 1 h 30 min left: .* UTC until .* UTC\n/)
    expect(stdout).toContain('akashic oncall override-cancel ovr-1')
    const from = ['--from', '2030-01-01T08:00Z']
    await oncall('override', 'primary', 'grace', ...from, '--for', '4h', ...reason)
    await oncall('override', 'primary', 'grace', ...from, '--to', '2030-01-02', ...reason)
    const [now, lasting, ending] = server.asked.map(({ body }) => body as { start: string; end: string })
    expect(Date.parse(now!.end) - Date.parse(now!.start)).toBe(4 * 3_600_000)
    expect(lasting).toEqual({
      ...{ schedule: 'primary', person: 'grace', reason: 'Ada is on a train.' },
      ...{ start: '2030-01-01T08:00:00.000Z', end: '2030-01-01T12:00:00.000Z' },
    })
    expect(ending!.end).toBe('2030-01-02T00:00:00.000Z')
  })

  test.each([
    [['--reason', 'x'], 'either --to or --for'],
    [['--reason', 'x', '--to', '2h', '--for', '2h'], 'either --to or --for'],
    [['--for', '2h'], '--reason'],
  ])('that is given as %j is not understood', async (options, sentence) => {
    const { code, stderr } = await oncall('override', 'primary', 'grace', ...options)
    expect(code).toBe(2)
    expect(stderr).toContain(sentence)
    expect(server.asked).toEqual([])
  })

  test('is listed with its end and the way to take it back', async () => {
    const items = [anOverride(), anOverride({ id: 'ovr-2', start: ago(-60.5), end: ago(-120), reason: '' })]
    answers[`GET ${path}`] = { items }
    const { stdout } = await oncall('overrides')
    expect(stdout).toMatch(/^2 overrides in force or to come\n\nGrace Hopper in primary\n  ● in force/)
    expect(stdout).toMatch(/◷ begins in 1 h: .*\n  by Ada\n  akashic oncall override-cancel ovr-2\n/)
    expect(JSON.parse((await oncall('overrides', '--json')).stdout)).toEqual(items)
    answers[`GET ${path}`] = { items: [] }
    expect((await oncall('overrides')).stdout).toBe('No override: everybody is on call as the schedules say.\n')
  })

  test('is taken back', async () => {
    answers[`DELETE ${path}/ovr-1`] = null
    const { code, stdout } = await oncall('override-cancel', 'ovr-1')
    expect(code).toBe(0)
    expect(stdout).toContain('Taken back')
    expect((await oncall('override-cancel', 'ovr-2')).code).toBe(1)
  })
})

test('policies tell who is called after whom', async () => {
  const steps = [
    { notify: ['schedule:primary'], escalateAfterMs: 300_000 },
    { notify: ['schedule:backup', 'person:ada'], escalateAfterMs: 600_000 },
  ]
  const items = [
    { name: 'critical', severities: ['SEV-1', 'SEV-2'], steps, repeat: 2 },
    { name: 'rest', severities: [], steps: steps.slice(0, 1), repeat: 0 },
  ]
  answers['GET /api/v1/oncall/policies'] = { items }
  const { stdout } = await oncall('policies')
  expect(stdout).toBe(`2 policies, of which the first that fits counts

critical: SEV-1, SEV-2
  1. schedule:primary; waits 5 min
  2. schedule:backup, person:ada; waits 10 min
  all of it again, 2 times

rest
  1. schedule:primary; waits 5 min
  then nobody is called any more
`)
  expect(JSON.parse((await oncall('policies', '--json')).stdout)).toEqual(items)
  answers['GET /api/v1/oncall/policies'] = { items: [] }
  expect((await oncall('policies')).stdout).toContain('▲ No escalation policy is configured')
})

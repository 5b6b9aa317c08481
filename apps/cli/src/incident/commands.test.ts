import { akashic } from '../testing/a-session.ts'
import { startFakeServer, Problem, type Answers, type FakeServer } from '../testing/fake-server.ts'
import { aChecklistItem, ago, anIncident, anUpdate } from '../testing/incident-builders.ts'

let server: FakeServer | undefined
afterEach(async () => {
  await server?.stop()
  server = undefined
})

async function withServer(answers: Answers): Promise<Record<string, string>> {
  server = await startFakeServer(answers)
  return { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' }
}

const one = '/api/v1/incidents/inc-1'

describe('opening', () => {
  test('sends what was said, and tells the draft and how it is published', async () => {
    const env = await withServer({ 'POST /api/v1/incidents': anIncident() })
    const words = ['--severity', 'SEV-2', '--component', 'web', '--say', 'We are looking into it.']
    const { code, stdout } = await akashic(['incident', 'open', 'Checkout is down', ...words], { env })
    expect(code).toBe(0)
    expect(stdout).toContain('The public is told nothing yet')
    expect(stdout).toContain('DRAFT investigating, Ada')
    expect(stdout).toContain('Web: outage')
    expect(stdout).toContain('akashic incident publish inc-1')
    const { body, headers } = server!.asked[0]!
    expect(headers['idempotency-key']).toBeTruthy()
    expect(body).toEqual({
      ...{ title: 'Checkout is down', severity: 'SEV-2', visibility: 'public', publish: false },
      ...{ components: ['web'], body: 'We are looking into it.' },
    })
  })

  test('promises the next update as a duration or an instant', async () => {
    const env = await withServer({ 'POST /api/v1/incidents': anIncident() })
    const open = async (when: string) =>
      akashic(['incident', 'open', 'x', '--severity', 'SEV-2', '--say', 'x', '--next-update', when], { env })
    const before = Date.now()
    await open('20m')
    await open('2030-01-01T10:00+01:00')
    const [ahead, instant] = server!.asked.map(({ body }) => (body as { nextUpdateAt: string }).nextUpdateAt)
    expect(Date.parse(ahead!) - before).toBeGreaterThanOrEqual(20 * 60_000)
    expect(Date.parse(ahead!) - before).toBeLessThan(21 * 60_000)
    expect(instant).toBe('2030-01-01T09:00:00.000Z')
    const { code, stderr } = await open('soon')
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('neither a duration nor') })
    expect(server!.asked).toHaveLength(2)
  })

  test('without a severity, or with one that does not exist, is not understood', async () => {
    const none = await akashic(['incident', 'open', 'x', '--say', 'x'])
    expect({ code: none.code, stderr: none.stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/severity/),
    })
    expect((await akashic(['incident', 'open', 'x', '--say', 'x', '--severity', 'SEV-0'])).code).toBe(2)
  })
})

describe('saying how it stands', () => {
  const published = anUpdate({ id: 'upd-2', state: 'published', status: 'identified', body: 'A disk is full.' })

  test('moves the incident on at the version that was read, and shows the new words only', async () => {
    const after = anIncident({ status: 'identified', updates: [anUpdate(), published], firstPublishedAt: ago(1) })
    const env = await withServer({ [`GET ${one}`]: anIncident(), [`POST ${one}/updates`]: after })
    const argv = ['update', 'inc-1', '--status', 'identified', '--say', 'A disk is full.', '--publish']
    const { stdout } = await akashic(['incident', ...argv], { env })
    expect(stdout).toContain('investigating -> identified')
    expect(stdout).toContain('A disk is full.')
    expect(stdout).not.toContain('We are looking into it.')
    const { headers, body } = server!.asked[1]!
    expect(headers['if-match']).toBe('"3"')
    expect(body).toEqual({ body: 'A disk is full.', publish: true, status: 'identified' })
  })

  test('resolves and reopens', async () => {
    const env = await withServer({
      [`GET ${one}`]: anIncident(),
      [`POST ${one}/resolve`]: anIncident({ status: 'resolved' }),
      [`POST ${one}/reopen`]: anIncident({ status: 'investigating' }),
    })
    const resolved = await akashic(['incident', 'resolve', 'inc-1', '--say', 'Over.'], { env })
    expect(resolved.stdout).toContain('investigating -> resolved')
    expect(resolved.stdout).toContain('akashic incident postmortem inc-1')
    expect((await akashic(['incident', 'reopen', 'inc-1', '--say', 'Back.'], { env })).code).toBe(0)
    expect(server!.asked[1]!.body).toEqual({ body: 'Over.', publish: false })
  })

  test('that comes too late, or is not allowed, says what to do', async () => {
    const late = { code: 'aborted', detail: 'It was changed: it is version 4 now.' }
    const env = await withServer({ [`GET ${one}`]: anIncident(), [`POST ${one}/updates`]: new Problem(409, late) })
    const { code, stderr } = await akashic(['incident', 'update', 'inc-1', '--say', 'x'], { env })
    expect(code).toBe(1)
    expect(stderr).toContain('Updating the incident inc-1: It was changed')
    expect(stderr).toContain('look at it again')
  })
})

describe('publishing', () => {
  const told = anIncident({ updates: [anUpdate({ state: 'published' })], firstPublishedAt: ago(0) })

  test('takes the only draft', async () => {
    const env = await withServer({ [`GET ${one}`]: anIncident(), [`POST ${one}/publish`]: told })
    const { stdout } = await akashic(['incident', 'publish', 'inc-1'], { env })
    expect(stdout).toContain('PUBLISHED investigating')
    expect(server!.asked[1]!.body).toEqual({ updateId: 'upd-1' })
  })

  test('with --preview only shows what the public would be told', async () => {
    const env = await withServer({ [`GET ${one}`]: anIncident() })
    const { stdout } = await akashic(['incident', 'publish', 'inc-1', '--preview'], { env })
    expect(stdout).toMatch(/would be told:[^]*We are looking into it\.[^]*Web: outage/)
    expect(server!.asked.map(({ method }) => method)).toEqual(['GET'])
  })

  test('asks which of several drafts, and refuses when there is none', async () => {
    const two = anIncident({ updates: [anUpdate(), anUpdate({ id: 'upd-2' })] })
    const env = await withServer({ [`GET ${one}`]: two, 'GET /api/v1/incidents/inc-2': told })
    const { code, stderr } = await akashic(['incident', 'publish', 'inc-1'], { env })
    expect(code).toBe(1)
    expect(stderr).toContain('akashic incident publish inc-1 --update upd-2')
    expect((await akashic(['incident', 'publish', 'inc-2'], { env })).stderr).toContain('it has no draft')
  })

  test('edits and withdraws by the id of the update', async () => {
    const env = await withServer({
      [`GET ${one}`]: anIncident(),
      [`PATCH ${one}/updates/upd-1`]: anIncident({ updates: [anUpdate({ body: 'Better words.' })] }),
      [`POST ${one}/updates/upd-1/withdraw`]: anIncident({ updates: [anUpdate({ state: 'withdrawn' })] }),
    })
    const edited = await akashic(['incident', 'edit', 'inc-1', 'upd-1', '--say', 'Better words.'], { env })
    expect(edited.stdout).toContain('Better words.')
    const withdrawn = await akashic(['incident', 'withdraw', 'inc-1', 'upd-1', '--reason', 'Wrong.'], { env })
    expect(withdrawn.stdout).toContain('WITHDRAWN')
    expect(server!.asked.at(-1)!.body).toEqual({ reason: 'Wrong.' })
  })
})

describe('looking', () => {
  test('lists what is open, worst first, with what the public was promised', async () => {
    const late = { firstPublishedAt: ago(30), nextUpdateAt: ago(5), isUpdateOverdue: true }
    const items = [anIncident(), anIncident({ id: 'inc-2', severity: 'SEV-1', title: 'All is dark', ...late })]
    const env = await withServer({ 'GET /api/v1/incidents': { items, nextCursor: null } })
    const { stdout } = await akashic(['incident', 'list'], { env })
    expect(stdout.indexOf('All is dark')).toBeLessThan(stdout.indexOf('Checkout is down'))
    expect(stdout).toContain('2 incidents open')
    expect(stdout).toContain('the next update is OVERDUE by 5 min')
    expect(stdout).toContain('akashic incident show inc-2')
    expect(server!.asked[0]!.path).toContain('status=investigating%2Cidentified%2Cmonitoring')
  })

  test('says so when nothing is open', async () => {
    const env = await withServer({ 'GET /api/v1/incidents': { items: [], nextCursor: null } })
    expect((await akashic(['incident', 'list'], { env })).stdout).toBe('● No incident is open.\n')
  })

  test.each([80, 120])(
    'shows everything within %d columns, without what plays tricks on a terminal',
    async (columns) => {
      const long = 'Payments of customers in several regions are refused although their cards are good. '.repeat(4)
      const incident = anIncident({
        title: `Checkout\u001b[31m is down ${long}`,
        updates: [anUpdate({ body: `First line.\n\n- ${long}`, nextUpdateAt: ago(-20) })],
        roles: [{ role: 'incident_commander', person: 'Ada', since: ago(10) }],
        checklist: [
          aChecklistItem({ isOverdue: true, dueAt: ago(10), text: 'Check #alerts channel for active alerts' }),
          aChecklistItem({
            key: 'assess.impact',
            tickedAt: ago(3),
            tickedBy: 'Ada',
            evidence: `https://g.example/${long}`,
          }),
        ],
      })
      const env = await withServer({ [`GET ${one}`]: incident })
      const { stdout } = await akashic(['incident', 'show', 'inc-1'], { env: { ...env, NO_COLOR: '1' }, columns })
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns)
      expect(stdout).not.toContain('\u001b')
      expect(stdout).toContain('incident commander')
      expect(stdout).toContain('Checklist: 1 of 2 done, 1 overdue')
      expect(stdout).toContain('overdue by 10 min')
    },
  )

  test('tells the timeline, and whether it is as it was written', async () => {
    const entry = { seq: 1, at: '2026-11-23T14:00:00.000Z', actor: 'person:Ada', kind: 'opened', body: { severity: 2 } }
    const intact = { isIntact: true, entries: 1, headHash: 'abc', brokenAt: null, problem: null }
    const env = await withServer({
      [`GET ${one}/timeline`]: { items: [entry], nextCursor: null },
      [`GET ${one}/timeline/verification`]: intact,
      'GET /api/v1/incidents/inc-2/timeline/verification': {
        ...{ isIntact: false, entries: 9, headHash: 'x', brokenAt: 4, problem: 'entry 4 was changed' },
      },
    })
    const timeline = await akashic(['incident', 'timeline', 'inc-1'], { env })
    expect(timeline.stdout).toMatch(/1 {2}2026-11-23 14:00:00 {2}opened {2}person:Ada {2}severity: 2/)
    const whole = await akashic(['incident', 'verify', 'inc-1'], { env })
    expect(whole).toMatchObject({ code: 0, stdout: expect.stringContaining('INTACT') })
    const broken = await akashic(['incident', 'verify', 'inc-2'], { env })
    expect(broken).toMatchObject({ code: 1, stdout: expect.stringContaining('BROKEN at entry 4 of 9') })
  })
})

test('roles are given and taken, items ticked, and what is named is changed', async () => {
  const ada = { role: 'incident_commander', person: 'Ada', since: ago(1) }
  const ticked = aChecklistItem({ tickedAt: ago(0), tickedBy: 'Ada' })
  const env = await withServer({
    [`GET ${one}`]: anIncident(),
    [`POST ${one}/roles`]: anIncident({ roles: [ada] }),
    [`PATCH ${one}/checklist/assess.severity`]: anIncident({ checklist: [ticked] }),
    [`PATCH ${one}`]: anIncident({ severity: 'SEV-1' }),
  })
  const role = await akashic(['incident', 'role', 'inc-1', 'incident_commander', 'Ada'], { env })
  expect(role.stdout).toContain('incident commander: Ada')
  const tick = await akashic(['incident', 'tick', 'inc-1', 'assess.severity', '--evidence', 'https://x.example'], {
    env,
  })
  expect(tick.stdout).toContain('Checklist: 1 of 1 done')
  const change = ['incident', 'change', 'inc-1', '--severity', 'SEV-1', '--ticket', 'none']
  expect((await akashic(change, { env })).stdout).toContain('Changed: severity, ticketUrl.')
  const sent = server!.asked.filter(({ method }) => method !== 'GET').map(({ body }) => body)
  expect(sent).toEqual([
    { role: 'incident_commander', person: 'Ada' },
    { isTicked: true, evidence: 'https://x.example' },
    { severity: 'SEV-1', ticketUrl: null },
  ])
  expect((await akashic(['incident', 'change', 'inc-1'], { env })).code).toBe(2)
})

import { akashic } from '../testing/a-session.ts'
import { Problem, startFakeServer, type FakeServer } from '../testing/fake-server.ts'
import { ago } from '../testing/incident-builders.ts'
import type { Notification } from './notification.ts'

const aNotification = (partial: Partial<Notification> = {}): Notification => ({
  ...{ id: 'ntf-1', channel: 'ops-slack', to: null, subject: 'incident:inc-1', type: 'incident.opened' },
  ...{ title: 'Checkout is down', person: null, state: 'queued', attempts: 0, isUncertain: false, lastError: null },
  ...{ createdAt: '2020-01-01T10:00:00.000Z', nextAttemptAt: null, settledAt: null, giveUpAt: ago(-1_440) },
  ...partial,
})
const delivered = aNotification({ state: 'delivered', attempts: 1, settledAt: '2020-01-01T10:00:00.234Z' })
const failed = aNotification({
  ...{ attempts: 1, lastError: 'answered 503', nextAttemptAt: '2020-01-01T10:00:02.000Z' },
})
const dead = aNotification({ id: 'ntf-2', state: 'dead', attempts: 9, lastError: 'answered 404: no_service' })

let server: FakeServer
let env: Record<string, string>
const answers: Record<string, unknown> = {}
beforeEach(async () => {
  for (const name of Object.keys(answers)) delete answers[name]
  server = await startFakeServer(answers)
  env = { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' }
})
afterEach(async () => server.stop())
const notify = (...argv: readonly string[]) => akashic(['notify', ...argv], { env })

test('channels are listed with how to test one, and none is a warning', async () => {
  const items = [
    { name: 'ops-slack', type: 'slack' },
    { name: 'mail', type: 'email' },
  ]
  answers['GET /api/v1/notifications/channels'] = { items }
  const { stdout } = await notify('channels')
  expect(stdout).toMatch(/^2 channels\n\nNAME +TYPE\nops-slack +slack\nmail +email\n/)
  expect(stdout).toContain('akashic notify test ops-slack')
  expect(JSON.parse((await notify('channels', '--json')).stdout)).toEqual(items)
  answers['GET /api/v1/notifications/channels'] = { items: [] }
  expect((await notify('channels')).stdout).toBe('▲ No channel is configured: nobody is told anything.\n')
})

describe('a test of a channel', () => {
  const becomes = (...seen: readonly Notification[]) => {
    const left = [...seen]
    answers['POST /api/v1/notifications/test'] = aNotification()
    answers['GET /api/v1/notifications/ntf-1'] = () => (left.length > 1 ? left.shift() : left[0])
  }

  test('is waited for until it is delivered', async () => {
    becomes(aNotification({ state: 'sending', attempts: 1 }), delivered)
    expect(await notify('test', 'ops-slack')).toEqual({
      ...{ code: 0, stderr: '', stdout: '● delivered to ops-slack in 0.2 s\n' },
    })
    expect(server.asked.map(({ body }) => body)).toEqual([{ channel: 'ops-slack' }, undefined, undefined])
  })

  test('reaches whom it is for', async () => {
    becomes({ ...delivered, channel: 'mail', to: 'ada@example.org' })
    const { stdout } = await notify('test', 'mail', '--to', 'ada@example.org')
    expect(stdout).toBe('● delivered to mail (ada@example.org) in 0.2 s\n')
    expect(server.asked[0]!.body).toEqual({ channel: 'mail', to: 'ada@example.org' })
  })

  test('never took no time at all', async () => {
    becomes({ ...delivered, settledAt: '2020-01-01T10:00:00.004Z' })
    expect((await notify('test', 'ops-slack')).stdout).toBe('● delivered to ops-slack in <0.1 s\n')
  })

  test('ends at the first failure, and says when it is tried again', async () => {
    becomes(failed, delivered)
    const { code, stdout } = await notify('test', 'ops-slack')
    expect(code).toBe(1)
    expect(stdout).toMatch(/^✖ not delivered: answered 503; it is tried again at 10:00:02 UTC\n/)
    expect(stdout).toContain('akashic notify list --channel ops-slack')
  })

  test('that is given up or may have arrived says so', async () => {
    becomes({ ...failed, state: 'dead', isUncertain: true })
    const { code, stdout } = await notify('test', 'ops-slack')
    expect(code).toBe(1)
    expect(stdout).toMatch(/^✖ not delivered: answered 503; it was given up\nIt may have arrived nevertheless/)
  })

  test('that does not end within the time is not known', async () => {
    becomes(aNotification({ state: 'sending', attempts: 1 }))
    const { code, stdout } = await notify('test', 'ops-slack', '--wait', '1ms')
    expect(code).toBe(5)
    expect(stdout).toMatch(/^\? not known: no attempt to ops-slack ended within/)
    expect((await notify('test', 'ops-slack', '--wait', 'soon')).code).toBe(2)
  })

  test('tells the same by its exit code as JSON', async () => {
    becomes(failed)
    const { code, stdout } = await notify('test', 'ops-slack', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toEqual(failed)
  })

  test('of a channel that is not there is refused in the words of the server', async () => {
    answers['POST /api/v1/notifications/test'] = new Problem(404, {
      ...{ code: 'not_found', detail: 'There is no channel x.' },
    })
    const { code, stderr } = await notify('test', 'x')
    expect(code).toBe(1)
    expect(stderr).toContain('Testing the channel x: There is no channel x.')
  })
})

test('what was sent is a table, with the error and the way out under what failed', async () => {
  const items = [failed, dead, { ...dead, id: 'ntf-3', isUncertain: true }, { ...delivered, to: '#ops' }]
  answers['GET /api/v1/notifications'] = { items, nextCursor: 'more' }
  const { stdout } = await notify('list')
  const lines = stdout.split('\n')
  expect(lines[0]).toBe('✖ 4 notifications, newest first, 2 given up, 1 failing')
  expect(lines[2]).toMatch(/^STATE +WHEN +CHANNEL +TITLE +TRIES +TO/)
  expect(lines[3]).toMatch(/^▲ queued +2020-01-01 10:00 UTC +ops-slack +Checkout is down +1$/)
  expect(lines[4]).toBe('    answered 503; tried again at 2020-01-01 10:00 UTC')
  expect(lines.slice(5, 8)).toEqual([
    expect.stringMatching(/^✖ dead .* 9$/),
    '    answered 404: no_service',
    '    akashic notify retry ntf-2',
  ])
  expect(lines.slice(9, 11)).toEqual([
    '    answered 404: no_service',
    '    may repeat: an attempt may have arrived although nothing says so',
  ])
  expect(stdout.match(/may repeat/g)).toHaveLength(1)
  expect(lines[12]).toMatch(/^● delivered .* 1 +#ops$/)
  expect(stdout).toContain('Next:\n  akashic notify retry --dead\n\nThere are more: --limit 100 shows them.')
})

test('what is listed can be narrowed, and nothing is told as such', async () => {
  answers['GET /api/v1/notifications'] = { items: [], nextCursor: null }
  expect((await notify('list')).stdout).toBe('Nothing was sent yet.\n')
  const narrowed = await notify('list', '--state', 'dead', '--channel', 'mail', '--incident', 'inc-1', '--limit', '5')
  expect(narrowed.stdout).toBe('No notification matches.\n')
  expect(server.asked[1]!.path).toBe('/api/v1/notifications?limit=5&state=dead&channel=mail&incident=inc-1')
  expect((await notify('list', '--state', 'lost')).code).toBe(2)
})

test('as JSON they are what the server answered, and text that plays tricks on a terminal is taken out', async () => {
  const trick = { ...dead, title: '\u001b[2J', lastError: '\u001b[2J' }
  answers['GET /api/v1/notifications'] = { items: [trick], nextCursor: null }
  expect(JSON.parse((await notify('list', '--json')).stdout)).toEqual([trick])
  expect((await notify('list')).stdout).not.toContain('\u001b')
})

describe('what was given up', () => {
  const asked = () =>
    server.asked.map(({ method, path, body }) => `${method} ${path} ${body ? JSON.stringify(body) : ''}`.trim())
  const given = (...items: readonly Notification[]) =>
    (answers['GET /api/v1/notifications'] = { items, nextCursor: null })

  test('is tried again', async () => {
    answers['POST /api/v1/notifications/ntf-2/retry'] = { ...dead, state: 'queued' }
    const one = await notify('retry', 'ntf-2')
    expect(one).toMatchObject({ code: 0, stdout: 'Tried again now: "Checkout is down" to ops-slack.\n' })
    expect(asked()).toEqual(['POST /api/v1/notifications/ntf-2/retry'])
  })

  test('is tried again altogether, and what cannot be is told', async () => {
    given(dead, { ...dead, id: 'ntf-3', channel: 'gone' })
    answers['POST /api/v1/notifications/ntf-2/retry'] = { ...dead, state: 'queued' }
    answers['POST /api/v1/notifications/ntf-3/retry'] = new Problem(409, {
      ...{ code: 'failed_precondition', detail: 'The channel gone is configured no more.' },
    })
    const all = await notify('retry', '--dead')
    expect(all).toMatchObject({ code: 1, stdout: 'Tried again now: 1 notification of 2.\n' })
    expect(all.stderr).toContain('ntf-3 to gone: The channel gone is configured no more.')
    expect(asked()[0]).toBe('GET /api/v1/notifications?state=dead&limit=200')
    given()
    expect(await notify('retry', '--dead')).toMatchObject({ code: 0, stdout: '● Nothing was given up.\n' })
  })

  test('is asked for once only where the key is refused', async () => {
    given(dead, { ...dead, id: 'ntf-3' })
    answers['POST /api/v1/notifications/ntf-2/retry'] = new Problem(403, { detail: 'It needs the role operator.' })
    expect(await notify('retry', '--dead')).toMatchObject({ code: 1, stderr: expect.stringContaining('role operator') })
    expect(asked()).toHaveLength(2)
  })
})

test.each([[[]], [['ntf-2', '--dead']]])('retry %j is not understood', async (argv) => {
  expect(await notify('retry', ...argv)).toMatchObject({ code: 2, stderr: expect.stringContaining('an id or --dead') })
  expect(server.asked).toEqual([])
})

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { topics } from '@akashic/events'
import { describeReal, eventually, startKafka, type KafkaServer } from '@akashic/testbed'
import { akashic } from '../testing/a-session.ts'

const anEvent = (n: number, more: object = {}) => ({
  ...{ specversion: '1.0', id: `e${n}`, type: 'akashic.incident.opened.v1', time: '2026-11-23T19:37:04.016Z' },
  ...{ subject: `inc-${n}`, actor: 'person:admin', data: { severity: 'SEV-2', title: 'Checkout is down' } },
  ...more,
})
const message = (n: number, more: object = {}) =>
  `id: place-${n}\nevent: x\ndata: ${JSON.stringify(anEvent(n, more))}\n\n`

describe('tail', () => {
  const asked: { url: string; lastEventId: string | undefined }[] = []
  let answer: (request: IncomingMessage, response: ServerResponse) => void
  let server: Server
  let env: Record<string, string>
  beforeEach(async () => {
    asked.length = 0
    server = createServer((request, response) => {
      asked.push({ url: request.url ?? '', lastEventId: request.headers['last-event-id'] as string | undefined })
      answer(request, response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    env = { AKASHIC_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, AKASHIC_API_KEY: 'ak_test' }
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  /** Follows until it has told `lines` lines, then presses Ctrl-C. */
  async function tail(args: readonly string[], lines: number) {
    const ctrlC = new AbortController()
    let told = ''
    const running = akashic(['events', 'tail', ...args], {
      ...{ env, signal: ctrlC.signal },
      onWrite: (text) => (told += text),
    })
    await eventually(() => expect(told.split('\n')).toHaveLength(lines + 1), 10_000)
    ctrlC.abort()
    return running
  }

  test('tells each event on a line, and ends well with Ctrl-C', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const turn = { oldStatus: 'operational', status: 'outage' }
      response.write(`id: place-0\n\n${message(1)}`)
      response.write(message(2, { type: 'akashic.status.component_changed.v1', subject: 'web', data: turn }))
    }
    const { code, stdout } = await tail(['--since', '10m', '--topic', 'akashic.incidents.v1'], 2)
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^2026-11-23 19:37:04Z {2}incident\.opened +inc-1 {2}SEV-2, Checkout is down, by person:admin\n/,
    )
    expect(stdout).toMatch(/status\.component_changed +web {2}operational → outage/)
    const { searchParams } = new URL(asked[0]!.url, 'http://x')
    expect(searchParams.get('topics')).toBe('akashic.incidents.v1')
    expect(Date.parse(searchParams.get('since')!)).toBeGreaterThan(0)
  })

  test('goes on where a connection broke', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      if (asked.length === 1) response.write(message(1), () => response.destroy())
      else response.write(message(2))
    }
    const { stdout, stderr } = await tail(['--json'], 2)
    expect(asked[1]!.lastEventId).toBe('place-1')
    expect(JSON.parse(stdout.split('\n')[0]!)).toEqual(anEvent(1))
    expect(stderr).toContain('broke; trying again')
  }, 20_000)

  test('says why the server ended the stream, and goes on where it was', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      if (asked.length > 1) return void response.write(message(2))
      response.write(`${message(1)}: heartbeat\nid: place-1b\n\n`)
      response.end('event: end\ndata: {"code":"unavailable","detail":"This server stops. Come back."}\n\n')
    }
    const { stdout, stderr } = await tail(['--json'], 2)
    expect(asked[1]!.lastEventId).toBe('place-1b')
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { id: string }).id),
    ).toEqual(['e1', 'e2'])
    expect(stderr).toContain('This server stops; trying again')
  }, 20_000)

  test('says why when it is refused, and asks no more', async () => {
    answer = (_, response) =>
      response
        .writeHead(403, { 'content-type': 'application/problem+json' })
        .end('{"detail":"This needs the role viewer."}')
    const { code, stderr } = await akashic(['events', 'tail'], { env })
    expect(code).toBe(1)
    expect(stderr).toContain('This needs the role viewer.')
    expect(asked).toHaveLength(1)
  })

  test('takes what plays tricks on a terminal out of an event', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(message(1, { data: { title: '\u001b[2J' } }))
    }
    expect((await tail([], 1)).stdout).not.toContain('\u001b')
  })
})

test('topics without Kafka says what to set', async () => {
  const { code, stderr } = await akashic(['events', 'topics'], { env: {} })
  expect(code).toBe(1)
  expect(stderr).toContain('KAFKA_BROKERS is not set')
})

describeReal('kafka', () => {
  let kafka: KafkaServer
  let env: Record<string, string>
  beforeAll(async () => {
    kafka = await startKafka()
    env = { KAFKA_BROKERS: kafka.brokers.join(',') }
  }, 60_000)
  afterAll(() => kafka.stop())

  test('topics shows what is missing, makes it, and finds nothing more to do', async () => {
    const before = await akashic(['events', 'topics'], { env })
    expect(before.code).toBe(3)
    expect(before.stdout).toContain(`▲ ${topics.length} topics of ${topics.length} to change`)
    expect(before.stdout).toMatch(/akashic\.incidents\.v1 +▲ missing +6 partitions, kept for 7 d/)
    const applied = await akashic(['events', 'topics', '--apply'], { env })
    expect(applied).toMatchObject({ code: 0, stdout: expect.stringMatching(/akashic\.incidents\.v1 +● made/) })
    const after = await akashic(['events', 'topics', '--json'], { env })
    expect(after.code).toBe(0)
    expect((JSON.parse(after.stdout) as { change: string }[]).map(({ change }) => change)).toEqual(
      topics.map(() => 'none'),
    )
  }, 60_000)
})

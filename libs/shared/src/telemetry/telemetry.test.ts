import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { createLogger } from '../log/index.ts'
import { createMetrics, currentTraceparent, inSpan, startTracing, type Tracing } from './index.ts'

test('the metrics of a process carry its service, and those of Node', async () => {
  const text = await createMetrics('status-svc').metrics()
  expect(text).toMatch(/^process_resident_memory_bytes\{service="status-svc"\} \d+/m)
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds\{service="status-svc"\}/m)
})

test('without tracing there is no traceparent, and work goes on', async () => {
  expect(await inSpan('work', null, async () => currentTraceparent())).toBeNull()
  await expect(inSpan('work', null, () => Promise.reject(new Error('boom')))).rejects.toThrow('boom')
})

describe('with a collector', () => {
  let collector: Server
  let tracing: Tracing
  const received: string[] = []

  beforeAll(async () => {
    collector = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const body = Buffer.concat(chunks)
        const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
        received.push(`${request.url} ${text.toString()}`)
        response.end('{}')
      })
    })
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
    const { port } = collector.address() as AddressInfo
    tracing = await startTracing({ service: 'status-svc', endpoint: `http://127.0.0.1:${port}/` })
  })
  afterAll(() => {
    collector.closeAllConnections()
    collector.close()
  })

  const callerTrace = '4bf92f3577b34da6a3ce929d0e0e4736'
  const caller = `00-${callerTrace}-00f067aa0ba902b7-01`

  test('a span continues the trace of its caller, inward and in the log', async () => {
    const lines: string[] = []
    const log = createLogger({ service: 'test', destination: { write: (line) => void lines.push(line) } })
    const inner = await inSpan('serve', caller, async () => {
      log.info('within')
      return currentTraceparent()
    })
    expect(inner).toMatch(new RegExp(`^00-${callerTrace}-[0-9a-f]{16}-01$`))
    expect(inner).not.toBe(caller)
    expect(JSON.parse(lines[0]!)).toMatchObject({ traceId: callerTrace })
    expect(currentTraceparent()).toBeNull()
  })

  test('a traceparent that is not well formed begins a new trace', async () => {
    const inner = await inSpan('serve', '00-zz-1', async () => currentTraceparent())
    expect(inner).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  })

  test('spans reach the collector at the latest when the process stops', async () => {
    await inSpan('akashic.test.v1.EchoService/Say', caller, async () => {})
    await tracing.stop()
    const sent = received.filter((text) => text.startsWith('/v1/traces')).join()
    expect(sent).toContain('akashic.test.v1.EchoService/Say')
    expect(sent).toContain('status-svc')
  })
})

import { createServer, type RequestListener } from 'node:http'
import { freePort } from '@akashic/testbed'
import { createPrometheus, type PrometheusSettings } from './prometheus.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
}

async function ask(url: string, more: Partial<PrometheusSettings> = {}, signal = new AbortController().signal) {
  const prometheus = createPrometheus({ url, readyWithin: 2_000, ...more }, () => ({ allowHosts: [] }))
  closers.push(() => prometheus.close())
  return prometheus.ask('up', 1_000, signal)
}
const answering = (status: number, body: string): RequestListener => {
  return (_, answer) => answer.writeHead(status).end(body)
}
const vector = (result: readonly unknown[]) =>
  JSON.stringify({ status: 'success', data: { resultType: 'vector', result } })

test('nobody at its address is told', async () => {
  const { problem } = await ask(`http://127.0.0.1:${await freePort()}`)
  expect(problem).toBe('Prometheus cannot be reached: ECONNREFUSED')
})

test('one that does not answer is waited for no longer than is said', async () => {
  const url = await serve(() => undefined)
  expect((await ask(url, { readyWithin: 150 })).problem).toBe('Prometheus does not answer within 0.15 s')
})

test('one that never ends its answer is let go of', async () => {
  const url = await serve((_, answer) => void answer.writeHead(200).write('{"status":'))
  expect((await ask(url, { readyWithin: 150 })).problem).toBe('Prometheus does not answer within 0.15 s')
})

test('nothing is asked once the report is over', async () => {
  let asked = 0
  const url = await serve(() => void asked++)
  expect((await ask(url, {}, AbortSignal.abort())).problem).toBe('the report had no time left to ask Prometheus')
  expect(asked).toBe(0)
})

test.each([
  ['a page of HTML', 200, '<html>Sign in</html>', 'what answers is no Prometheus: status 200, and not its JSON'],
  ['JSON of something else', 200, '{"ok":true}', 'what answers is no Prometheus: status 200, and not its JSON'],
  ['a proxy without a Prometheus', 502, 'Bad gateway', 'what answers is no Prometheus: status 502, and not its JSON'],
  ['a login', 401, 'no', 'Prometheus refuses the question (401): see infra.performance.prometheus.bearer'],
  [
    'a number that is none',
    200,
    vector([{ metric: {}, value: [1, 2] }]),
    'what answers is no Prometheus: status 200, and not its JSON',
  ],
  [
    'more than a MiB',
    200,
    vector([{ metric: { a: 'x'.repeat(1_100_000) }, value: [1, '1'] }]),
    'Prometheus answers more than 1 MiB',
  ],
  [
    'too many series',
    200,
    vector(Array.from({ length: 1_001 }, (_, at) => ({ metric: { at: String(at) }, value: [1, '1'] }))),
    'the query gives 1001 series; 1000 are read at most',
  ],
  [
    'a native histogram',
    200,
    vector([{ metric: {}, histogram: [1, {}] }]),
    'the query gives a histogram, and not a value',
  ],
])('%s is no measurement', async (_, status, body, problem) => {
  expect(await ask(await serve(answering(status, body)))).toEqual({ series: null, problem })
})

test('the token is sent, and is in no problem', async () => {
  let sent: string | undefined
  const url = await serve((request, answer) => {
    sent = request.headers.authorization
    answer.writeHead(403).end('no')
  })
  const { problem } = await ask(url, { bearer: 'hunter2' })
  expect(sent).toBe('Bearer hunter2')
  expect(problem).not.toContain('hunter2')
})

test.each(['http://169.254.169.254', 'http://[fe80::1]:9090'])('%s is not asked', async (url) => {
  expect((await ask(url)).problem).toMatch(/^Prometheus cannot be reached: /)
})

test('labels of any kind are taken as they are', async () => {
  const metric = { toString: 'x', constructor: '<script>', 'a\u0000b': '\u202e' }
  const { series } = await ask(await serve(answering(200, vector([{ metric, value: [1, '+Inf'] }]))))
  expect(series).toEqual([{ labels: metric, value: Infinity }])
})

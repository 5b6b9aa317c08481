import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { request, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually, startHttp, type HttpServer } from '@akashic/testbed'
import { isAlive, makeHome, type Home } from './testing/home.ts'
import { readStream } from './testing/read-stream.ts'
import { adminKey, killAll, startProduct, type Product } from './testing/run-product.ts'

let home: Home
let target: HttpServer
beforeAll(async () => {
  target = await startHttp((_, response) => response.end('ok'))
  home = await makeHome(`
components:
  - { id: web, name: Web, checks: [{ kind: http, url: '${target.url}', interval: 1s, timeout: 1s }] }
`)
})
afterEach(killAll)
afterAll(async () => {
  await target.stop()
  await home.remove()
})

async function untilOperational(product: Product): Promise<void> {
  await eventually(async () => {
    expect((await product.get('/status')).json).toMatchObject({
      overall: 'operational',
      components: [{ id: 'web', status: 'operational', lastChecked: expect.any(String) as string }],
    })
  }, 15_000)
}

interface Interval {
  readonly status: string
  readonly from: string
  readonly to: string | null
}

/** Oldest first. */
async function historyOf(product: Product): Promise<Interval[]> {
  return (await product.call('GET', '/api/v1/components/web/history?limit=200')).json.items.toReversed()
}

test.each([
  ['SIGTERM', 'longer than a result holds', 5_000],
  ['SIGKILL', 'longer than checks are leased', 12_000],
] as const)(
  'time in which it was stopped by %s for %s is unknown in the ledger, and what was known before is kept',
  async (signal, _, stoppedForMs) => {
    const product = await startProduct(home)
    await untilOperational(product)
    await delay(1_500)
    const before = await historyOf(product)
    await product.stop(signal)
    const stoppedAtMs = Date.now()
    await delay(stoppedForMs)
    const startedAtMs = Date.now()
    const next = await startProduct(home)
    await untilOperational(next)
    const after = await eventually(async () => {
      const history = await historyOf(next)
      expect(history.at(-1)).toMatchObject({ status: 'operational', to: null })
      expect(history.length).toBeGreaterThan(before.length)
      return history
    }, 10_000)

    const known = after.filter(({ status }) => status !== 'unknown')
    for (const { from, to } of known) {
      const overlapMs = Math.min(Date.parse(to ?? '9999-01-01'), startedAtMs) - Math.max(Date.parse(from), stoppedAtMs)
      expect(overlapMs).toBeLessThanOrEqual(0)
    }
    expect(after.slice(0, before.length - 1)).toEqual(before.slice(0, -1))
    expect(after[before.length - 1]).toMatchObject({ status: 'operational', from: before.at(-1)!.from })
    // Without a hole or an overlap.
    expect(after.slice(1).map(({ from }) => from)).toEqual(after.slice(0, -1).map(({ to }) => to))

    const { json: uptime } = await next.call('GET', '/api/v1/components/web/uptime?window=1h')
    const knownMs = known.reduce((sum, { from, to }) => sum + Date.parse(to ?? uptime.to) - Date.parse(from), 0)
    expect(uptime).toMatchObject({ ratio: 1, downMs: 0 })
    expect(Math.abs(uptime.knownMs - knownMs)).toBeLessThan(1_000)
    await next.stop()
  },
  60_000,
)

test('a restart keeps keys, components, corrections and their audit', async () => {
  const product = await startProduct(home)
  await untilOperational(product)
  const { json: key } = await product.call('POST', '/api/v1/keys', {
    principal: 'deployer',
    kind: 'service',
    role: 'viewer',
  })
  await product.call('POST', '/api/v1/components', { id: 'kept', name: 'Kept', visibility: 'internal' })
  const { json: audit } = await product.call('GET', '/api/v1/audit')
  await product.stop()

  const next = await startProduct(home)
  const headers = { authorization: `Bearer ${key.key}` }
  expect(await next.get('/api/v1/components/kept', headers)).toMatchObject({ status: 200, json: { name: 'Kept' } })
  expect((await next.call('GET', '/api/v1/audit')).json.items).toEqual(expect.arrayContaining(audit.items))
  expect(audit.items).toEqual(
    expect.arrayContaining([expect.objectContaining({ action: 'component.create', subject: 'kept' })]),
  )
}, 60_000)

test('SIGTERM lets a request that is under way finish, ends streams and silent connections, and takes its Postgres along', async () => {
  const product = await startProduct(home)
  await untilOperational(product)
  const postmaster = (await home.postmasterPid())!
  const stream = await readStream(`${product.url}/status/stream`)
  const silent = connect(home.port, '127.0.0.1')
  await once(silent, 'connect')
  const body = JSON.stringify({ id: 'late', name: 'Late', visibility: 'internal' })
  const underWay = request(`${product.url}/api/v1/components`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await adminKey(home)}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    },
  })
  underWay.write(body.slice(0, 5))
  const answered = once(underWay, 'response')
  await delay(300)

  const signalledMs = performance.now()
  const ended = product.stop()
  await eventually(() => expect(product.output()).toContain('"msg":"stopping"'))
  await delay(300)
  underWay.end(body.slice(5))
  const [answer] = (await answered) as [IncomingMessage]
  expect({ status: answer.statusCode, body: await text(answer) }).toMatchObject({ status: 201 })
  expect((await ended).code).toBe(0)
  expect(performance.now() - signalledMs).toBeLessThan(10_000)
  expect(isAlive(postmaster)).toBe(false)
  silent.destroy()
  stream.close()

  const next = await startProduct(home)
  expect((await next.call('GET', '/api/v1/components/late')).status).toBe(200)
}, 60_000)

test('SIGTERM to npm start ends the product, not npm alone', async () => {
  const product = await startProduct(home, { byNpm: true })
  const pid = Number(await readFile(join(home.dataDir, 'lock.pid'), 'utf8'))
  try {
    expect((await product.stop()).code).toBe(0)
    expect(product.output()).toContain('"msg":"stopping"')
    expect(isAlive(pid)).toBe(false)
  } finally {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  }
}, 60_000)

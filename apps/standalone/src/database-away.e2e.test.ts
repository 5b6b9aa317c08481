import { setTimeout as delay } from 'node:timers/promises'
import { describeReal, eventually, startHttp, startPostgres, type HttpServer } from '@akashic/testbed'
import { isAlive, makeHome, type Home } from './testing/home.ts'
import { readStream } from './testing/read-stream.ts'
import { akashic, killAll, startProduct, type Product } from './testing/run-product.ts'

/** After so long without its database the picture is no longer called live; threefold. */
const staleWithinMs = 3 * 10_000

let home: Home
let target: HttpServer
beforeEach(async () => {
  target = await startHttp((_, response) => response.end('ok'))
  home = await makeHome(`
components:
  - { id: web, name: Web, critical: true, checks: [{ kind: http, url: '${target.url}', interval: 1s, timeout: 1s }] }
`)
})
afterEach(async () => {
  await killAll()
  await target.stop()
  await home.remove()
})

async function untilChecked(product: Product, afterMs: number): Promise<void> {
  await eventually(async () => {
    const { status, json } = await product.get('/status')
    expect(status).toBe(200)
    expect(json.stale).toBeUndefined()
    expect(json.components[0].status).toBe('operational')
    expect(Date.parse(json.components[0].lastChecked)).toBeGreaterThan(afterMs)
  }, 30_000)
}

test('an embedded Postgres that is killed is started again, and /status answers all the while', async () => {
  const product = await startProduct(home)
  await untilChecked(product, 0)
  const pid = (await home.postmasterPid())!
  const killedAtMs = Date.now()
  process.kill(pid, 'SIGKILL')
  await untilChecked(product, killedAtMs + 1_000)
  await eventually(async () => {
    const { status, text } = await product.call('POST', '/api/v1/components', { id: 'after', name: 'After' })
    expect({ status, text }).toMatchObject({ status: 201 })
  }, 10_000)
  const next = (await home.postmasterPid())!
  expect(next).not.toBe(pid)
  expect((await product.stop()).code).toBe(0)
  expect(isAlive(next)).toBe(false)
}, 60_000)

describeReal('postgres15', () => {
  test('while its database is stopped /status is stale and says its age, and what was measured meanwhile is told later', async () => {
    const postgres = await startPostgres({ maxConnections: 40 })
    const product = await startProduct(home, { env: { DATABASE_URL: postgres.url } })
    await untilChecked(product, 0)
    const stream = await readStream(`${product.url}/status/stream`)
    await postgres.stop()
    const stoppedAtMs = Date.now()
    const asKnown = (await product.get('/status')).json

    await eventually(async () => {
      const { status, json } = await product.get('/status')
      expect(status).toBe(200)
      expect(json).toMatchObject({ stale: true, components: [{ id: 'web', status: 'operational' }] })
      const trueAgeMs = Date.now() - stoppedAtMs
      expect(Math.abs(json.ageMs - trueAgeMs)).toBeLessThan(3_000)
    }, staleWithinMs)
    await eventually(() => {
      expect(stream.events.findLast(({ event }) => event === 'status')!.data).toMatchObject({ stale: true })
    })
    expect((await product.get('/')).text).toMatch(/Last known: /)
    expect((await product.get('/status/components/web')).json).toMatchObject({ stale: true, status: 'operational' })
    expect((await product.get('/badges/web.svg')).text).toContain('Web: Unknown')
    expect((await product.admin('/readyz')).json.modules.status).toMatchObject({ state: 'degraded' })
    const { code, stdout } = await akashic(home, 'status', '--json')
    expect({ code, stale: JSON.parse(stdout).stale }).toEqual({ code: 5, stale: true })
    const refused = await product.call('POST', '/api/v1/components', { id: 'new', name: 'New' })
    expect(refused).toMatchObject({ status: 503, json: { code: 'unavailable' } })
    expect(refused.headers.get('content-type')).toContain('application/problem+json')

    const { port } = target
    await target.stop()
    const brokenAtMs = Date.now()
    await delay(5_000)
    target = await startHttp((_, response) => response.end('ok'), { port })
    const mendedAtMs = Date.now()
    await delay(3_000)
    await postgres.start()
    await untilChecked(product, mendedAtMs)

    const { json } = await product.call('GET', '/api/v1/components/web/history')
    const outage = json.items.find(({ status }: { status: string }) => status === 'outage')
    expect(Date.parse(outage.from)).toBeGreaterThan(brokenAtMs - 1_000)
    expect(Date.parse(outage.to)).toBeLessThan(mendedAtMs + 2_000)
    expect(Date.parse((await product.get('/status')).json.generatedAt)).toBeGreaterThan(Date.parse(asKnown.generatedAt))
    expect((await product.stop()).code).toBe(0)
    stream.close()
    await postgres.stop()
  }, 120_000)
})

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually, startHttp, startTestPostgres, type HttpServer, type TestPostgres } from '@akashic/testbed'
import { makeHome, type Home } from './testing/home.ts'
import { adminKey, killAll, startProduct, type Product } from './testing/run-product.ts'

const componentCount = 24
const intervalMs = 1_000
/** The issue's promise for checks of a replica that is killed. */
const movedWithinMs = 15_000

let postgres: TestPostgres
let target: HttpServer
let homes: Home[] = []
let first: Product
let second: Product
/** When each path was asked for, in the order of asking. */
const arrivals = new Map<string, number[]>()

const paths = Array.from({ length: componentCount }, (_, n) => `/c-${n}`)

const config = () => `
components:
${paths
  .map(
    (path) =>
      `  - { id: ${path.slice(1)}, name: ${path}, checks: [{ kind: http, url: '${target.url}${path}', interval: 1s, timeout: 1s }] }`,
  )
  .join('\n')}
`

const startReplica = (home: Home) => startProduct(home, { env: { DATABASE_URL: postgres.url } })

/** The replica that came first made the key of their common database. */
async function shareAdminKey(): Promise<void> {
  const keys = await Promise.all(homes.map((home) => adminKey(home).catch(() => null)))
  const [key, ...more] = keys.filter((found) => found !== null)
  expect(more).toEqual([])
  for (const home of homes) await writeFile(join(home.dataDir, 'admin.key'), key!)
}

async function watchedBy(product: Product): Promise<number> {
  const { text } = await product.admin('/metrics')
  return Number(/^akashic_checks_watched\S* (\d+)/m.exec(text)?.[1])
}

beforeAll(async () => {
  postgres = await startTestPostgres()
  target = await startHttp((request, response) => {
    arrivals.set(request.url!, [...(arrivals.get(request.url!) ?? []), performance.now()])
    response.end('ok')
  })
  homes = await Promise.all([makeHome(config()), makeHome(config())])
  ;[first, second] = (await Promise.all(homes.map(startReplica))) as [Product, Product]
  await shareAdminKey()
}, 60_000)
afterAll(async () => {
  await killAll()
  await target.stop()
  await Promise.all(homes.map((home) => home.remove()))
  await postgres.stop()
}, 60_000)

async function untilShared(): Promise<void> {
  await eventually(async () => {
    const counts = [await watchedBy(first), await watchedBy(second)]
    expect(counts[0]! + counts[1]!).toBe(componentCount)
    expect(Math.min(...counts)).toBeGreaterThan(0)
  }, 30_000)
}

/** How often each path is asked for within `ms` from now. */
async function countArrivals(ms: number): Promise<number[]> {
  const fromMs = performance.now()
  await delay(ms)
  const toMs = performance.now()
  return paths.map((path) => (arrivals.get(path) ?? []).filter((at) => at >= fromMs && at < toMs).length)
}

test('two replicas share the checks, and each is made by exactly one of them', async () => {
  await untilShared()
  const counts = await countArrivals(8 * intervalMs)
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(6)
  // Two that made the same check would ask sixteen times.
  expect(Math.max(...counts)).toBeLessThanOrEqual(10)
}, 60_000)

test('what is written through one replica is seen through the other, and a revoked key is refused by both', async () => {
  await first.call('POST', '/api/v1/components', { id: 'new', name: 'New', visibility: 'public' })
  await eventually(async () => {
    const { json } = await second.get('/status')
    expect(json.components.at(-1)).toMatchObject({ id: 'new' })
  }, 10_000)

  const { json: key } = await first.call('POST', '/api/v1/keys', { principal: 'p', kind: 'person', role: 'viewer' })
  const headers = { authorization: `Bearer ${key.key}` }
  expect((await second.get('/api/v1/components/new', headers)).status).toBe(200)
  expect((await first.call('DELETE', `/api/v1/keys/${key.id}`)).status).toBeLessThan(300)
  await eventually(async () => expect((await second.get('/api/v1/components/new', headers)).status).toBe(401), 5_000)
}, 60_000)

test('the checks of a replica that is killed move to the other, and nobody is told of an outage', async () => {
  await untilShared()
  const overallSeen = new Set<string>()
  const killedAtMs = performance.now()
  await first.stop('SIGKILL')
  const silent = () => paths.filter((path) => !arrivals.get(path)!.some((at) => at > killedAtMs + 2 * intervalMs))
  await delay(3 * intervalMs)
  expect(silent().length).toBeGreaterThan(0)
  await eventually(
    async () => {
      const { json } = await second.get('/status')
      for (const { status } of json.components) overallSeen.add(status)
      expect(silent()).toEqual([])
    },
    movedWithinMs - 3 * intervalMs,
  )
  expect(await watchedBy(second)).toBe(componentCount)
  expect([...overallSeen]).not.toContain('outage')
  await eventually(async () => {
    const { json } = await second.get('/status')
    expect(json.components.filter(({ status }: { status: string }) => status === 'operational')).toHaveLength(
      componentCount,
    )
  }, 10_000)
}, 60_000)

test('a replica that is stopped hands its checks over at once', async () => {
  first = await startReplica(homes[0]!)
  await untilShared()
  const stoppedAtMs = performance.now()
  await first.stop()
  await eventually(async () => expect(await watchedBy(second)).toBe(componentCount), 9_000)
  await eventually(() => {
    for (const path of paths) expect(arrivals.get(path)!.at(-1)).toBeGreaterThan(stoppedAtMs + 2 * intervalMs)
  }, 9_000)
  const longestPauseMs = Math.max(
    ...paths.map((path) => {
      const times = arrivals.get(path)!.filter((at) => at > stoppedAtMs - 3 * intervalMs)
      return Math.max(...times.slice(1).map((at, index) => at - times[index]!))
    }),
  )
  // Without the handover they would rest until the lease runs out after ten seconds.
  expect(longestPauseMs).toBeLessThan(6 * intervalMs)
}, 60_000)

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { makeHome, isAlive, type Home } from './testing/home.ts'
import { killAll, startProduct, type Product } from './testing/run-product.ts'
import { seededRandom } from './testing/seeded-random.ts'

const config = `
components:
  - { id: web, name: Web, checks: [{ kind: tcp, host: 127.0.0.1, port: 9, interval: 1s }] }
`

const random = seededRandom()

let home: Home
let bystander: ChildProcess | undefined
beforeAll(async () => {
  home = await makeHome(config)
})
afterEach(killAll)
afterAll(async () => {
  bystander?.kill('SIGKILL')
  await home.remove()
})

/** What the product answered with 201, over all of its lives. */
const acknowledged = { components: new Set<string>(), corrections: new Set<string>() }
let writes = 0

/** Writes without a pause until the product is gone. */
async function writeUntilGone(product: Product, write: (n: number) => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await write(writes++)
    } catch (error) {
      const isGone = await Promise.race([product.ended.then(() => true), delay(2_000, false, { ref: false })])
      if (isGone) return
      throw error
    }
  }
}

async function createComponent(product: Product, n: number): Promise<void> {
  const id = `c-${n}`
  const { status, text } = await product.call('POST', '/api/v1/components', { id, name: `Component ${n}` })
  if (status !== 201) throw new Error(text)
  acknowledged.components.add(id)
}

async function correct(product: Product, knownFromMs: number, n: number): Promise<void> {
  const [from, to] = [n, n + 1].map((ms) => new Date(knownFromMs + ms).toISOString())
  const body = { componentId: 'web', from, to, status: 'degraded', reason: `reason ${n}` }
  const { status, text, json } = await product.call('POST', '/api/v1/corrections', body)
  if (status !== 201) throw new Error(text)
  acknowledged.corrections.add(json.id)
}

async function listAll<T>(product: Product, path: string): Promise<T[]> {
  const items: T[] = []
  for (let cursor = ''; ;) {
    const page = `${path}?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`
    const { status, text, json } = await product.call('GET', page)
    if (status !== 200) throw new Error(`${page}: ${text}`)
    items.push(...json.items)
    if (json.nextCursor === null) return items
    cursor = json.nextCursor
  }
}

async function expectNothingLost(product: Product): Promise<void> {
  const components = (await listAll<{ id: string }>(product, '/api/v1/components')).map(({ id }) => id)
  const history = await listAll<{ correction: { id: string } | null }>(product, '/api/v1/components/web/history')
  const corrections = history.flatMap(({ correction }) => (correction ? [correction.id] : []))
  const audit = await listAll<{ action: string; subject: string }>(product, '/api/v1/audit')
  const created = audit.filter(({ action }) => action === 'component.create').map(({ subject }) => subject)
  expect([...acknowledged.components].filter((id) => !components.includes(id))).toEqual([])
  expect([...acknowledged.components].filter((id) => !created.includes(id))).toEqual([])
  expect([...acknowledged.corrections].filter((id) => !corrections.includes(id))).toEqual([])
}

/** What else may happen around a SIGKILL of the product. */
const aftermaths: readonly [string, (postmasterPid: number) => Promise<void>][] = [
  ['leaves its Postgres running', async () => {}],
  ['and its Postgres at the same moment', async (pid) => void process.kill(pid, 'SIGKILL')],
  [
    'and its Postgres, whose number goes to another program',
    async (pid) => {
      process.kill(pid, 'SIGKILL')
      bystander = spawn('sleep', ['600'], { stdio: 'ignore' })
      await once(bystander, 'spawn')
      const file = join(home.dataDir, 'postgres', 'postmaster.pid')
      await writeFile(file, (await readFile(file, 'utf8')).replace(/^\d+/, String(bystander.pid)))
    },
  ],
]

test.each(aftermaths)(
  'no acknowledged write is lost when a SIGKILL hits it %s',
  async (_, happen) => {
    const product = await startProduct(home)
    const { json } = await product.call('GET', '/api/v1/components/web')
    const knownFromMs = Date.parse(json.createdAt)
    const before = acknowledged.components.size + acknowledged.corrections.size
    const writers = [createComponent, createComponent, (p: Product, n: number) => correct(p, knownFromMs, n)].map(
      (write) => writeUntilGone(product, (n) => write(product, n)),
    )
    const killAfterMs = 200 + random.next() * 1_000
    await delay(killAfterMs)
    const pid = await home.postmasterPid()
    await product.stop('SIGKILL')
    await happen(pid!)
    await Promise.all(writers)
    expect(acknowledged.components.size + acknowledged.corrections.size).toBeGreaterThan(before)

    const next = await startProduct(home)
    await expectNothingLost(next)
    expect((await next.get('/status')).json.components[0]).toMatchObject({ id: 'web' })
    if (bystander) expect(isAlive(bystander.pid!)).toBe(true)
  },
  60_000,
)

test('a SIGKILL while it starts leaves nothing that keeps the next start from coming up', async () => {
  for (const startedForMs of [100, 400, 700, 1_000, 1_300].map((ms) => ms * (0.8 + 0.4 * random.next()))) {
    const starting = startProduct(home)
    starting.catch(() => undefined)
    await delay(startedForMs)
    await killAll()
    await starting.catch(() => undefined)
  }
  const product = await startProduct(home)
  await expectNothingLost(product)
  expect((await product.stop()).code).toBe(0)
}, 90_000)

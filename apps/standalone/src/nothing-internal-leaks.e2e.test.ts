import { eventually, freePort, startHttp, type HttpServer } from '@akashic/testbed'
import { makeHome, type Home } from './testing/home.ts'
import { readStream, type StreamReader } from './testing/read-stream.ts'
import { killAll, startProduct, type Answer, type Product } from './testing/run-product.ts'

/** Words of the internal components' definitions, of which none may be in a public answer. */
const internalWords = ['zq-', 'Zanzibar', 'Xylophone', 'Quibble', 'Vaults', 'marmoset', 'ECONNREFUSED', '127.0.0.1']
const token = 'a-token-of-the-job'

let home: Home
let product: Product
let stream: StreamReader
let target: HttpServer
let ledgerPort: number
let isUp = true

beforeAll(async () => {
  ledgerPort = await freePort()
  target = await startHttp((_, response) => response.writeHead(isUp ? 200 : 500).end('marmoset'))
  const rhythm = 'interval: 1s, timeout: 1s'
  const web = `[{ kind: http, url: '${target.url}/marmoset', downOn: [5xx], ${rhythm} }]`
  home = await makeHome(`
page: { title: Shop }
http: { publicRequestsPerMinute: 100000, failedKeysPerMinute: 100000 }
components:
  - id: zq-ledger
    name: Zanzibar Ledger
    group: Vaults
    description: Quibble store
    critical: true
    checks: [{ kind: redis, url: 'redis://127.0.0.1:${ledgerPort}', ${rhythm} }]
  - { id: zq-rack, name: Xylophone Rack, visibility: internal, dependsOn: [zq-ledger], checks: ${web} }
  - { id: zq-job, name: Xylophone Job, visibility: internal, checks: [{ kind: heartbeat, token: ${token}, interval: 1h }] }
  - { id: shop, name: Shop, dependsOn: [zq-ledger], checks: ${web} }
  - { id: cart, name: Cart, dependsOn: [shop, zq-rack], checks: ${web} }
`)
  product = await startProduct(home)
  stream = await readStream(`${product.url}/status/stream`)
}, 60_000)
afterAll(async () => {
  stream.close()
  await killAll()
  await target.stop()
  await home.remove()
})

/** Every answer that anybody can have of `path`: as it is, its head, and by methods that it may not know. */
async function publicAnswers(path: string): Promise<Answer[]> {
  const answers = [await product.get(path), await product.get(path, { 'if-none-match': '"x"', accept: 'text/html' })]
  for (const method of ['HEAD', 'POST', 'OPTIONS']) {
    const response = await fetch(product.url + path, { method })
    answers.push({ status: response.status, headers: response.headers, text: await response.text(), json: undefined })
  }
  return answers
}

/** The words of internal components in what was answered, headers included. */
function leaksIn(text: string, headers: Headers = new Headers()): string[] {
  const all = `${text}\n${[...headers].join('\n')}`
  return internalWords.filter((word) => all.toLowerCase().includes(word.toLowerCase()))
}

async function publicPaths(): Promise<string[]> {
  const { json } = await product.get('/openapi.json')
  const ids = ['shop', 'cart', 'zq-ledger', 'zq-rack', 'nobody']
  const documented = Object.keys(json.paths as object).filter((path) => path !== '/status/stream')
  const filled = documented.flatMap((path) =>
    ids.map((id) => path.replace('{token}', 'unknown').replace(/\{\w+\}/, id)),
  )
  return [...new Set([...filled, '/', '/docs', '/docs/', '/openapi.json', '/nowhere', '/status/', '/?q=1'])]
}

async function expectNoLeak(): Promise<void> {
  const leaks: string[] = []
  for (const path of await publicPaths()) {
    for (const { status, text, headers } of await publicAnswers(path)) {
      expect(status).not.toBe(429)
      // What the asker wrote may come back.
      leaks.push(
        ...leaksIn(text.replaceAll(path, ''), headers).map((word) => `${word} in ${path}: ${text.slice(0, 200)}`),
      )
    }
  }
  expect(leaks).toEqual([])
  expect(leaksIn(stream.raw())).toEqual([])
}

const toOperators = async (id: string) => {
  const { json } = await product.call('GET', '/api/v1/status')
  return json.components.find((component: { id: string }) => component.id === id)
}

test('while an internal component is out and the public ones are well, nobody outside can tell', async () => {
  await eventually(async () => {
    expect(await toOperators('zq-ledger')).toMatchObject({ status: 'outage', name: 'Zanzibar Ledger' })
    expect(await toOperators('cart')).toMatchObject({ status: 'operational' })
  }, 20_000)
  const { json } = await product.get('/status')
  expect(json).toMatchObject({ overall: 'operational', components: [{ id: 'shop' }, { id: 'cart' }] })
  const told = await Promise.all(['/api/v1/status', '/api/v1/components'].map((path) => product.call('GET', path)))
  expect(leaksIn(told.map(({ text }) => text).join())).toEqual(internalWords)
  await expectNoLeak()
}, 60_000)

test('while an internal component causes the outage of public ones, they do not say so', async () => {
  isUp = false
  await eventually(async () => {
    for (const id of ['shop', 'cart', 'zq-rack']) {
      expect(await toOperators(id)).toMatchObject({ status: 'outage', causedBy: 'zq-ledger' })
    }
  }, 20_000)
  const { json } = await product.get('/status')
  for (const component of json.components) expect(component).toMatchObject({ status: 'outage' })
  for (const component of json.components) expect(component).not.toHaveProperty('causedBy')
  expect(stream.component('shop')).toMatchObject({ status: 'outage' })
  await expectNoLeak()
}, 60_000)

test('an internal component cannot be told from one that does not exist', async () => {
  const likeUnknown = ({ status, text }: Answer, id: string) => ({
    status,
    text: text.replaceAll(id, 'ID').replace(/"requestId":"[^"]*"/, ''),
  })
  for (const path of ['/status/components/ID', '/badges/ID.svg', '/badges/ID/uptime.svg', '/api/v1/components/ID']) {
    const [internal, unknown] = await Promise.all(
      ['zq-ledger', 'no-such-one'].map(async (id) => likeUnknown(await product.get(path.replace('ID', id)), id)),
    )
    expect(internal).toEqual(unknown)
    expect([401, 404]).toContain(internal!.status)
  }
})

test('a heartbeat to an internal component is answered without a word of it', async () => {
  const response = await fetch(`${product.url}/heartbeats/${token}`, { method: 'POST' })
  expect(response.ok).toBe(true)
  expect(leaksIn((await response.text()).replaceAll(token, ''), response.headers)).toEqual([])
  await eventually(async () => expect(await toOperators('zq-job')).toMatchObject({ status: 'operational' }), 10_000)
  await expectNoLeak()
}, 60_000)

test('a reader of the stream who comes back learns nothing either', async () => {
  isUp = true
  await eventually(async () => expect(await toOperators('cart')).toMatchObject({ status: 'operational' }), 20_000)
  const { id } = stream.events[0]!
  const again = await readStream(`${product.url}/status/stream`, { 'last-event-id': id! })
  await eventually(() => expect(again.component('cart')).toMatchObject({ status: 'operational' }))
  expect(leaksIn(again.raw())).toEqual([])
  again.close()
}, 60_000)

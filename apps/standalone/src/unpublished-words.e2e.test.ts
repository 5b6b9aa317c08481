import { eventually } from '@akashic/testbed'
import { makeHome, type Home } from './testing/home.ts'
import { readStream, type StreamReader } from './testing/read-stream.ts'
import { adminKey, killAll, startProduct, type Product } from './testing/run-product.ts'

/** Words of which none may be in a public answer, each used in one place alone. */
const secrets = {
  internalComponent: 'zq-vault',
  internalName: 'Zanzibar',
  internalIncident: 'Quibble',
  restrictedIncident: 'Xylophone',
  draftIncident: 'Marmoset',
  draft: 'Ocarina',
  withdrawn: 'Pangolin',
  edited: 'Kumquat',
  reason: 'Bassoon',
  internalMaintenance: 'Dirigible',
}

let home: Home
let product: Product
let stream: StreamReader
const authors: string[] = []
const ids: string[] = []

beforeAll(async () => {
  home = await makeHome(`
page: { title: Shop }
http: { publicRequestsPerMinute: 100000 }
components:
  - { id: web, name: Web, checks: [{ kind: heartbeat, token: a-token-of-the-web, interval: 1h }] }
  - id: ${secrets.internalComponent}
    name: ${secrets.internalName}
    visibility: internal
    checks: [{ kind: heartbeat, token: a-token-of-the-vault, interval: 1h }]
`)
  product = await startProduct(home)
  stream = await readStream(`${product.url}/status/stream`)
  await sayEverything()
}, 60_000)
afterAll(async () => {
  stream.close()
  await killAll()
  await home.remove()
})

async function say(method: string, path: string, body: object, version?: number) {
  const answer = await product.call(method, path, body, version ? { 'if-match': `"${version}"` } : {})
  expect({ path, ok: answer.status < 300, text: answer.status < 300 ? '' : answer.text }).toMatchObject({ ok: true })
  return answer.json
}

/** One incident with every kind of word, and others of which nothing may be read. */
async function sayEverything(): Promise<void> {
  const open = (incident: object) => say('POST', '/api/v1/incidents', { severity: 'SEV-2', ...incident })
  const components = ['web', secrets.internalComponent]
  ids.push(
    (
      await open({
        title: secrets.internalIncident,
        visibility: 'internal',
        body: secrets.internalIncident,
        publish: false,
      })
    ).id,
    (await open({ title: secrets.restrictedIncident, visibility: 'restricted', body: secrets.restrictedIncident })).id,
    (await open({ title: secrets.draftIncident, body: secrets.draftIncident, components })).id,
  )
  let told = await open({ title: 'Pages are slow', body: `It is the ${secrets.edited}.`, publish: true, components })
  const path = `/api/v1/incidents/${told.id}`
  ids.push(told.id)
  authors.push(told.updates[0].author)
  told = await say('PATCH', `${path}/updates/${told.updates[0].id}`, { body: 'We look into it.' }, told.version)
  told = await say('POST', `${path}/updates`, { body: `It is the ${secrets.withdrawn}.`, publish: true }, told.version)
  const wrong = told.updates[0].id
  told = await say('POST', `${path}/updates/${wrong}/withdraw`, { reason: secrets.reason }, told.version)
  await say('POST', `${path}/updates`, { body: secrets.draft }, told.version)
  const schedule = (maintenance: object) =>
    say('POST', '/api/v1/maintenances', {
      ...{ scheduledFor: '2036-01-01T00:00:00.000Z', scheduledUntil: '2036-01-01T01:00:00.000Z', components },
      ...maintenance,
    })
  ids.push((await schedule({ title: secrets.internalMaintenance, visibility: 'internal' })).id)
  ids.push((await schedule({ title: 'Larger disks', body: 'Writes stop.' })).id)
}

async function publicPaths(): Promise<string[]> {
  const { json } = await product.get('/openapi.json')
  const open = Object.keys(json.paths as object).filter(
    (path) => !/^\/(api\/v1\/|docs|openapi\.json$|status\/stream$)/.test(path),
  )
  return [...new Set(open.flatMap((path) => ['web', ...ids].map((id) => path.replace(/\{\w+\}/g, id))))]
}

test('what was published is in every public answer that is about it, and nothing else is', async () => {
  await eventually(async () => {
    const { json } = await product.get('/status')
    expect(json.activeIncidents).toMatchObject([
      { title: 'Pages are slow', components: ['web'], latestUpdate: { body: 'We look into it.' } },
    ])
    expect(json.scheduledMaintenances).toMatchObject([{ title: 'Larger disks', components: ['web'] }])
  }, 10_000)
  for (const path of ['/api/v2/summary.json', '/api/v2/incidents.json', '/history.atom', '/history.rss']) {
    expect((await product.get(path)).text).toContain('We look into it.')
  }
  for (const path of ['/api/v2/scheduled-maintenances.json', '/calendar.ics', '/history.atom']) {
    expect((await product.get(path)).text).toContain('Larger disks')
  }
  expect(authors).toEqual([expect.stringMatching(/\w/)])
  const unsaid = [...Object.values(secrets), `"${authors[0]}"`, `>${authors[0]}<`]
  for (const path of await publicPaths()) {
    const { text } = await product.get(path)
    const answer = text.replaceAll(path, '').toLowerCase()
    expect({ path, leaks: unsaid.filter((word) => answer.includes(word.toLowerCase())) }).toEqual({ path, leaks: [] })
  }
  // The stream was open while these were published, before they were edited or withdrawn.
  const wasPublished = [secrets.edited, secrets.withdrawn]
  const neverSaid = unsaid.filter((word) => !wasPublished.includes(word))
  expect(neverSaid.filter((word) => stream.raw().includes(word))).toEqual([])
  expect(stream.raw()).toContain('We look into it.')
}, 60_000)

test('no event holds words that were not published, or of what is not public', async () => {
  const key = (await adminKey(home)).trim()
  const since = new Date(Date.now() - 3_600_000).toISOString()
  const events = await readStream(`${product.url}/api/v1/events?since=${since}`, { authorization: `Bearer ${key}` })
  const types = ['akashic.incident.opened.v1', 'akashic.incident.updated.v1']
  await eventually(() => {
    for (const type of types) expect(events.raw()).toContain(type)
    expect(events.raw()).toContain('We look into it.')
    for (const id of ids.slice(0, 4)) expect(events.raw()).toContain(id)
  }, 10_000)
  const { internalComponent: _, draftIncident: __, edited: ___, withdrawn: ____, ...unsaid } = secrets
  expect(Object.values(unsaid).filter((word) => events.raw().includes(word))).toEqual([])
  events.close()
}, 30_000)

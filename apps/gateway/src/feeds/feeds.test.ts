import { eventually } from '@akashic/testbed'
import RssParser from 'rss-parser'
import { SaxesParser } from 'saxes'
import { aMaintenance } from '../testing/incident-builders.ts'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'
import { aPublicIncident, aToldUpdate, tell } from '../testing/told-builders.ts'
import { feedEntries } from './entries.ts'
import { rssFeed } from './rss.ts'
import { atomFeed } from './atom.ts'

const uuid = (last: number) => `01a209e9-ed10-7f39-8490-59f2a4e7${String(last).padStart(4, '0')}`
const atMs = Date.parse('2026-11-23T19:32:52.410Z')
const nasty = 'Disk & <b>co</b> ]]> "\u0007\u0000\uffff \ud800 💥'
const page = { title: 'Acme & Sons', url: 'https://status.acme.example' }
const said = (id: number, publishedAtMs: number, more: object = {}) =>
  aToldUpdate({ id: uuid(id), publishedAtMs, createdAtMs: publishedAtMs, updatedAtMs: publishedAtMs, ...more })

const told = {
  version: 3,
  incidents: [
    aPublicIncident({
      id: uuid(1),
      title: nasty,
      updates: [
        said(3, atMs + 3_000, { status: 'INCIDENT_STATUS_RESOLVED', body: nasty }),
        said(2, atMs, {
          body: '**Found** [it](javascript:alert(1)) <script>alert(1)</script>',
          updatedAtMs: atMs + 9_000,
        }),
      ],
    }),
  ],
  maintenances: [
    aMaintenance({
      ...{
        id: uuid(4),
        status: 'MAINTENANCE_STATUS_IN_PROGRESS',
        createdAtMs: atMs + 1_000,
        updatedAtMs: atMs + 2_000,
      },
      ...{ scheduledForMs: atMs + 2_000, scheduledUntilMs: atMs + 3_602_000 },
      updates: [said(5, atMs + 2_000, { maintenanceStatus: 'MAINTENANCE_STATUS_IN_PROGRESS', body: 'It begins.' })],
    }),
    aMaintenance({ id: uuid(6), status: 'MAINTENANCE_STATUS_CANCELLED', createdAtMs: atMs - 1_000 }),
  ],
}

/** Throws where the text is not well-formed XML, forbidden characters included. */
function expectWellFormed(text: string): void {
  const parser = new SaxesParser({ xmlns: true })
  parser.on('error', (error) => {
    throw error
  })
  parser.write(text).close()
}

const read = async (text: string) => new RssParser().parseString(text)

test.each([
  ['Atom', atomFeed],
  ['RSS', rssFeed],
])('a reader of %s sees what was said, newest first, under ids that stay', async (_name, write) => {
  const text = write(feedEntries(told, page), page)
  expectWellFormed(text)
  const { title, items } = await read(text)
  expect(title).toBe('Acme & Sons')
  expect(items.map((item) => item.title)).toEqual([
    'Disk & <b>co</b> ]]> " � 💥: resolved',
    'Move the database: in progress',
    'Scheduled maintenance: Move the database',
    'Disk & <b>co</b> ]]> " � 💥: investigating',
    'Cancelled maintenance: Move the database',
  ])
  const ids = items.map((item) => (item as { id?: string }).id ?? item.guid)
  expect(ids).toEqual([3, 5, 4, 2, 6].map((id) => `urn:uuid:${uuid(id)}`))
  expect(items[0]!.link).toBe(`https://status.acme.example/incidents/${uuid(1)}`)
  expect(items[1]!.link).toBe(`https://status.acme.example/maintenances/${uuid(4)}`)
  expect(items[2]!.content).toContain('<p>From 2026-11-23 19:32 UTC to 2026-11-23 20:32 UTC.</p>')
  expect(Date.parse(items[0]!.isoDate!)).toBe(Math.floor((atMs + 3_000) / 1_000) * 1_000 + (_name === 'Atom' ? 410 : 0))
})

test.each([
  ['Atom', atomFeed],
  ['RSS', rssFeed],
])('words in %s are HTML that is safe', async (_name, write) => {
  const { items } = await read(write(feedEntries(told, page), page))
  expect(items[3]!.content).toContain('<strong>Found</strong>')
  for (const { content } of items) expect(content).not.toMatch(/<script|<b>|href="javascript/)
})

test('an edited update moves its own time and that of the feed, and not its id or its place', async () => {
  const text = atomFeed(feedEntries(told, page), page)
  const updated = [...text.matchAll(/<updated>(.*?)<\/updated>/g)].map(([, time]) => time)
  expect(updated[0]).toBe('2026-11-23T19:33:01.410Z')
  expect(updated[4]).toBe(updated[0])
})

test('of many words the latest 50 are in it', () => {
  const updates = Array.from({ length: 80 }, (_, i) => said(i, atMs + i))
  const entries = feedEntries({ version: 1, incidents: [aPublicIncident({ updates })], maintenances: [] }, page)
  expect(entries).toHaveLength(50)
  expect(entries[0]!.publishedMs).toBe(atMs + 79)
})

test('a page without an address of its own has feeds that are well-formed too, empty ones included', () => {
  for (const write of [atomFeed, rssFeed]) {
    expectWellFormed(write([], { title: nasty }))
    expectWellFormed(write(feedEntries(told, { title: '' }), { title: '' }))
  }
})

describe('over HTTP', () => {
  let gateway: StartedGateway
  beforeAll(async () => {
    gateway = await startGateway()
  })
  afterAll(async () => gateway.stop())

  const documents = [
    ['/history.atom', 'application/atom+xml'],
    ['/history.rss', 'application/rss+xml'],
    ['/calendar.ics', 'text/calendar'],
  ] as const

  test('nothing is claimed before anything was told', async () => {
    for (const [path] of documents) {
      const { status, headers, body } = await gateway.call('GET', path)
      expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'unavailable', '2'])
    }
  })

  test.each(documents)('%s is sent once to who asks again, until a word changes', async (path, type) => {
    tell(gateway, told)
    await eventually(async () => expect((await gateway.call('GET', path)).text).toContain('Move the database'), 3_000)
    const { headers } = await gateway.call('GET', path)
    expect(headers.get('content-type')).toBe(`${type}; charset=utf-8`)
    expect(headers.get('cache-control')).toMatch(/^public, max-age=\d+$/)
    expect(headers.get('access-control-allow-origin')).toBe('*')
    const again = { headers: { 'if-none-match': headers.get('etag')! } }
    expect((await gateway.call('GET', path, again)).status).toBe(304)
    expect((await gateway.call('HEAD', path)).status).toBe(200)
    expect((await gateway.call('DELETE', path)).status).toBe(405)
    const maintenances = [aMaintenance({ id: uuid(9), title: 'Another one' })]
    tell(gateway, { version: told.version + 1, incidents: [], maintenances })
    await eventually(async () => expect((await gateway.call('GET', path, again)).text).toContain('Another one'), 3_000)
  })
})

import { readdir, readFile } from 'node:fs/promises'
import { fromFile, Parser, type AsyncAPIDocumentInterface } from '@asyncapi/parser'
import { catalogue, incidentTopic, topics } from './index.ts'
import { sampleEvents } from './sample-events.ts'
import { docs, readValidators, type Validators } from './testing/read-validators.ts'

const samples = sampleEvents({ nowMs: Date.parse('2026-11-23T19:37:00Z'), actor: 'person:admin' })
const types = catalogue.map(({ type }) => type)

let accepts: Validators['accepts']
beforeAll(async () => {
  accepts = (await readValidators()).accepts
})

describe.each(types)('the schema of %s', (type) => {
  const sample = samples.find((event) => event.type === type)!
  const data = sample.data as Readonly<Record<string, unknown>>

  test('accepts an event of that kind', () => {
    expect(accepts(type, data)).toBe(true)
  })

  test('lets properties through that a later version may add', () => {
    expect(accepts(type, { ...data, addedLater: 1 })).toBe(true)
  })

  test('refuses an event without its id, without words for its state, or that is no object', () => {
    expect(accepts(type, { ...data, [nameOf(data)]: undefined })).toBe(false)
    expect(accepts(type, { ...data, [stateOf(data)]: 'whatever' })).toBe(false)
    expect(accepts(type, JSON.stringify(data))).toBe(false)
  })
})

/** The property that says what it is about. */
const nameOf = (data: object): string =>
  ['id', 'model', 'provider', 'round', 'findingId', 'diagnosisId', 'changeId'].find((name) => name in data)!

/** The property that says how it stands. */
const stateOf = (data: object): string =>
  ['status', 'severity', 'round', 'verdict', 'kind'].find((name) => name in data)!

test('an instant that is none is refused', () => {
  const { data } = samples.find(({ type }) => type === 'akashic.incident.resolved.v1')!
  expect(accepts('akashic.incident.resolved.v1', { ...(data as object), resolvedAt: 'yesterday' })).toBe(false)
})

test('there is a schema for every kind of event, and none for others', async () => {
  const files = await readdir(new URL('schemas/events/', docs))
  expect(files.toSorted()).toEqual(types.map((type) => `${type}.json`).toSorted())
})

test('the page for users has a row for every kind of event, with its topic', async () => {
  const page = await readFile(new URL('events.md', docs), 'utf8')
  const rows = [...page.matchAll(/^\| `(akashic\.\w+\.\w+\.v\d+)` +\| `([^`]+)` /gm)].map(([, type, topic]) => ({
    type,
    topic,
  }))
  expect(rows).toEqual(catalogue.map(({ type, topic }) => ({ type, topic })))
})

describe('the AsyncAPI document', () => {
  let document: AsyncAPIDocumentInterface

  beforeAll(async () => {
    const parsed = await fromFile(new Parser(), new URL('asyncapi.yaml', docs).pathname).parse()
    const severe = parsed.diagnostics.filter(({ severity }) => Number(severity) <= 1)
    expect(severe).toEqual([])
    document = parsed.document!
  })

  const channelAt = (address: string) =>
    document
      .channels()
      .all()
      .find((channel) => channel.address() === address)!

  test('names every topic with its partitions and how long it keeps events', () => {
    const told = document
      .channels()
      .all()
      .map((channel) => {
        const { partitions, topicConfiguration } = channel.bindings().get('kafka')!.value()
        return { name: channel.address(), partitions, retentionMs: topicConfiguration['retention.ms'] }
      })
    expect(told).toEqual(topics)
  })

  test('names in each topic the events that are published there, each with its schema', () => {
    for (const topic of new Set(catalogue.map((event) => event.topic))) {
      const messages = channelAt(topic).messages().all()
      const published = catalogue.filter((event) => event.topic === topic).map(({ type }) => type)
      expect(messages.map((message) => message.name())).toEqual(published)
      expect(messages.map((message) => message.payload()?.title())).toEqual(published)
    }
  })

  test('says that dead letters tell who gave them up, and why', () => {
    const [message] = channelAt(`${incidentTopic}.dead`).messages().all()
    const headers = message!
      .headers()!
      .allOf()!
      .flatMap((schema) => Object.keys(schema.properties() ?? {}))
    expect(headers).toEqual(expect.arrayContaining(['ce_id', 'ce_deadgroup', 'ce_deadreason', 'ce_deadoffset']))
  })
})

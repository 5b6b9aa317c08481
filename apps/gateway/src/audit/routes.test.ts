import type { aiHealth } from '@akashic/proto'
import { OpsError } from '@akashic/shared/errors'
import { encodeCursor } from '@akashic/shared/http'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'

let gateway: StartedGateway
beforeAll(async () => {
  gateway = await startGateway()
  gateway.status.scripts.listAudit = async () => ({ entries: [], nextCursor: '' })
})
afterAll(async () => gateway.stop())

const list = (query: string) => gateway.call('GET', `/api/v1/audit?${query}`)
const place = (over: object) => encodeCursor({ platform: null, status: null, ...over })

test('the whole is read page by page, each entry once', async () => {
  for (let i = 0; i < 5; i++) {
    await gateway.call('POST', '/api/v1/keys', { body: { principal: `p${i}`, kind: 'person', role: 'viewer' } })
  }
  const whole = (await list('limit=200')).body.items
  expect(whole.length).toBeGreaterThanOrEqual(5)
  const read = []
  for (let cursor = ''; cursor !== null;) {
    const { body } = await list(`limit=2&cursor=${cursor}`)
    read.push(...body.items)
    cursor = body.nextCursor
  }
  expect(read).toEqual(whole)
})

test('a forged cursor is refused, or costs one query of each service', async () => {
  const id = '01890000-0000-7000-8000-000000000000'
  const own = (atMs: number) => place({ platform: encodeCursor({ atMs, id }) })
  const former = encodeCursor({ platform: { cursor: '', afterId: id }, status: null })
  for (const cursor of ['rubbish', former, own(1e300), own(9_007_199_254_740_991), place({ platform: 'rubbish' })]) {
    const { status, body } = await list(`limit=1&cursor=${cursor}`)
    expect({ status, errors: body.errors }).toMatchObject({ status: 400, errors: [{ pointer: '/query/cursor' }] })
  }
  let asked = 0
  gateway.status.scripts.listAudit = async () => {
    asked++
    throw new OpsError('invalid_argument', 'The cursor is not one that this server gave.')
  }
  expect((await list(`cursor=${place({ status: 'rubbish' })}`)).status).toBe(400)
  expect(asked).toBe(1)
  gateway.status.scripts.listAudit = async () => ({ entries: [], nextCursor: '' })
})

test('a subject that no entry can have is refused', async () => {
  for (const subject of ['%00', '%1b[31m', 'a%E2%80%AEb']) {
    const { status, body } = await list(`subject=${subject}`)
    expect(status).toBe(400)
    expect(body.errors[0]).toMatchObject({ pointer: '/query/subject' })
  }
})

const nothingDone = async () => ({ entries: [], nextCursor: '' })

beforeEach(() => {
  gateway.infrastructure.scripts.listAudit = nothingDone
})

const anAiEntry = (id: string, cursor: string): aiHealth.AuditEntry => ({
  ...{ id, atMs: 1_000, service: 'ai_health', actorId: 'a', actorName: 'Ada', actorKind: 'person' },
  ...{ action: 'ai_response.rate', subject: 'res-1', requestId: '', detailJson: '{"rating":1}', cursor },
})

test('what was done to AI services is part of the whole, each entry once', async () => {
  const asked: aiHealth.ListAuditRequest[] = []
  gateway.ai.scripts.listAudit = async (request) => {
    asked.push(request)
    return request.cursor === ''
      ? { entries: [anAiEntry('b', 'after-b')], nextCursor: 'after-b' }
      : { entries: [anAiEntry('a', 'after-a')], nextCursor: '' }
  }
  const read = []
  for (let cursor = ''; cursor !== null;) {
    const { body } = await list(`limit=1&subject=res-1&cursor=${cursor}`)
    expect(body.missing).toEqual([])
    read.push(...body.items)
    cursor = body.nextCursor
  }
  expect(read.map(({ id, service, detail }) => [id, service, detail])).toEqual([
    ['b', 'ai_health', { rating: 1 }],
    ['a', 'ai_health', { rating: 1 }],
  ])
  expect(asked.map(({ cursor, subject }) => [cursor, subject])).toEqual([
    ['', 'res-1'],
    ['after-b', 'res-1'],
  ])
})

test('while AI health is away or does not run, the entries of the others come, with a note, to their end', async () => {
  const away = async () => {
    throw new OpsError('unavailable', 'ai-health cannot be reached')
  }
  const notes = []
  for (const listAudit of [away, undefined]) {
    gateway.ai.scripts = listAudit === undefined ? {} : { listAudit }
    const { status, body } = await list('limit=200')
    expect({ status, nextCursor: body.nextCursor }).toEqual({ status: 200, nextCursor: null })
    expect(body.items.length).toBeGreaterThan(0)
    notes.push(body.missing)
  }
  expect(notes).toEqual([
    [{ service: 'ai-health', problem: 'ai-health cannot be reached' }],
    [{ service: 'ai-health', problem: 'it does not run here' }],
  ])
})

test('what AI health refuses is refused, and a status service that is away is an error as before', async () => {
  gateway.ai.scripts.listAudit = async () => {
    throw new OpsError('invalid_argument', 'The cursor is not one that this server gave.')
  }
  expect((await list(`cursor=${place({ 'ai-health': 'rubbish' })}`)).status).toBe(400)
  gateway.ai.scripts.listAudit = async () => ({ entries: [], nextCursor: '' })
  gateway.status.scripts.listAudit = async () => {
    throw new OpsError('unavailable', 'status cannot be reached')
  }
  expect((await list('limit=1')).status).toBe(503)
})

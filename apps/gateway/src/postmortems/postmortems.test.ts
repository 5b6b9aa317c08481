import type { ActionItem, SaveActionItemRequest, SavePostmortemRequest } from '@akashic/proto'
import { OpsError } from '@akashic/shared/errors'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'

const atMs = 1_760_000_000_000
const at = new Date(atMs).toISOString()
const anItem = (partial: Partial<ActionItem> = {}): ActionItem => ({
  ...{ id: 'act-1', incidentId: 'inc-1', text: 'Add an index', owner: 'Ada', dueAtMs: atMs, isOverdue: true },
  ...partial,
})

let gateway: StartedGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(async () => gateway.stop())
beforeEach(() => {
  gateway.incidents.scripts = {}
})

test('a draft is told with its named durations, action items and due date', async () => {
  gateway.incidents.scripts.getPostmortem = async () => ({
    ...{ body: '# Checkout is down', isDraft: true, isPublished: false, version: 0, dueAtMs: atMs },
    durations: [
      { name: 'detect', fromMs: atMs, toMs: atMs + 1_500 },
      { name: 'resolve', fromMs: atMs },
    ],
    actionItems: [anItem()],
  })
  const { body, headers } = await gateway.call('GET', '/api/v1/incidents/inc-1/postmortem')
  expect(headers.get('etag')).toBe('"0"')
  expect(body).toMatchObject({
    ...{ body: '# Checkout is down', isDraft: true, dueAt: at },
    durations: [
      { name: 'detect', durationMs: 1_500 },
      { name: 'resolve', to: null, durationMs: null },
    ],
    actionItems: [{ id: 'act-1', isOverdue: true, doneAt: null }],
  })
})

test('a postmortem is saved at the version that was read, the first at "0"', async () => {
  const saved: SavePostmortemRequest[] = []
  gateway.incidents.scripts.savePostmortem = async (request) => {
    if (request.version !== saved.length) throw new OpsError('aborted', 'It was changed.')
    saved.push(request)
    return { version: saved.length }
  }
  gateway.incidents.scripts.getPostmortem = async () => ({
    ...{ body: saved.at(-1)!.body, isDraft: false, isPublished: saved.at(-1)!.publish, version: saved.length },
    ...{ durations: [], actionItems: [] },
  })
  const put = async (version: number, body: object) =>
    gateway.call('PUT', '/api/v1/incidents/inc-1/postmortem', { body, headers: { 'if-match': `"${version}"` } })
  const first = await put(0, { body: 'What happened' })
  expect(first.headers.get('etag')).toBe('"1"')
  expect(first.body).toMatchObject({ version: 1, body: 'What happened', isDraft: false, isPublished: false })
  expect((await put(0, { body: 'Mine' })).status).toBe(409)
  expect((await put(1, { body: 'All of it', publish: true })).body).toMatchObject({ version: 2, isPublished: true })
  expect((await gateway.call('PUT', '/api/v1/incidents/inc-1/postmortem', { body: { body: 'x' } })).status).toBe(428)
})

test('action items are agreed on, changed in part, and listed over all incidents', async () => {
  const saved: SaveActionItemRequest[] = []
  gateway.incidents.scripts.saveActionItem = async (request) => {
    saved.push(request)
    return { item: anItem(request.isDone ? { doneAtMs: atMs, isOverdue: false } : {}) }
  }
  const items = '/api/v1/incidents/inc-1/action-items'
  const body = { text: 'Add an index', owner: 'Ada', dueAt: at }
  const added = await gateway.call('POST', items, { body })
  expect({ status: added.status, body: added.body }).toMatchObject({ status: 201, body: { id: 'act-1', dueAt: at } })
  const done = await gateway.call('PATCH', `${items}/act-1`, { body: { isDone: true } })
  expect(done.body).toMatchObject({ doneAt: at, isOverdue: false })
  expect(saved).toEqual([
    { incidentId: 'inc-1', itemId: '', text: 'Add an index', owner: 'Ada', dueAtMs: atMs },
    { incidentId: 'inc-1', itemId: 'act-1', isDone: true },
  ])
  expect((await gateway.call('PATCH', `${items}/act-1`, { body: {} })).status).toBe(400)

  const asked: object[] = []
  gateway.incidents.scripts.listActionItems = async (request) => (
    asked.push(request),
    { items: [anItem()], nextCursor: '' }
  )
  const listed = await gateway.call('GET', '/api/v1/action-items?includeDone=true&limit=5')
  expect(listed.body).toMatchObject({ items: [{ id: 'act-1', incidentId: 'inc-1' }], nextCursor: null })
  await gateway.call('GET', '/api/v1/action-items')
  expect(asked).toEqual([
    { limit: 5, cursor: '', includeDone: true },
    { limit: 50, cursor: '', includeDone: false },
  ])
})

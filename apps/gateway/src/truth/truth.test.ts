import type { ListTruthFindingsRequest, TruthFinding } from '@akashic/proto'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'

const atMs = 1_760_000_000_000
const at = new Date(atMs).toISOString()

const aFinding = (partial: Partial<TruthFinding> = {}): TruthFinding => ({
  ...{ id: 'f1', kind: 'update_overdue', subjectKind: 'incident', subjectId: 'inc-1', summary: 'An update is late.' },
  ...{ sinceMs: atMs, openedAtMs: atMs },
  ...partial,
})

let gateway: StartedGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(async () => gateway.stop())

test('operators are told where the public is told something else than what is known, and as of when', async () => {
  const asked: ListTruthFindingsRequest[] = []
  gateway.incidents.scripts.listTruthFindings = async (request) => (
    asked.push(request),
    { findings: [aFinding()], nextCursor: '', auditedAtMs: atMs }
  )
  const { body } = await gateway.call('GET', '/api/v1/truth')
  expect(body).toEqual({
    auditedAt: at,
    items: [
      {
        ...{ id: 'f1', kind: 'update_overdue', subject: { kind: 'incident', id: 'inc-1' } },
        ...{ summary: 'An update is late.', since: at, openedAt: at, closedAt: null },
      },
    ],
    nextCursor: null,
  })
  expect(asked).toEqual([{ limit: 50, cursor: '', onlyClosed: false }])
})

test('what was not audited yet is not said to be well', async () => {
  gateway.incidents.scripts.listTruthFindings = async () => ({ findings: [], nextCursor: '' })
  expect((await gateway.call('GET', '/api/v1/truth')).body).toEqual({ auditedAt: null, items: [], nextCursor: null })
})

test('what was so before comes page by page', async () => {
  const asked: ListTruthFindingsRequest[] = []
  gateway.incidents.scripts.listTruthFindings = async (request) => (
    asked.push(request),
    { findings: [aFinding({ closedAtMs: atMs })], nextCursor: 'more', auditedAtMs: atMs }
  )
  const { body } = await gateway.call('GET', '/api/v1/truth?state=closed&limit=1&cursor=abc')
  expect(body).toMatchObject({ items: [{ closedAt: at }], nextCursor: 'more' })
  expect(asked).toEqual([{ limit: 1, cursor: 'abc', onlyClosed: true }])
})

test('nobody is told without a key, and another state than open or closed is refused', async () => {
  expect((await gateway.call('GET', '/api/v1/truth', { key: null })).status).toBe(401)
  expect((await gateway.call('GET', '/api/v1/truth?state=green')).status).toBe(400)
})

import { akashic } from '../testing/a-session.ts'
import { startFakeServer, type FakeServer } from '../testing/fake-server.ts'

const item = {
  ...{ id: 'act-1', incidentId: 'inc-1', text: 'Alert on full disks', owner: 'Ada' },
  ...{ dueAt: '2020-01-01T00:00:00.000Z', doneAt: null, isOverdue: true },
}
const items = '/api/v1/incidents/inc-1/action-items'

let server: FakeServer
let env: Record<string, string>
beforeEach(async () => {
  server = await startFakeServer({
    'GET /api/v1/action-items': { items: [item], nextCursor: null },
    [`POST ${items}`]: item,
    [`PATCH ${items}/act-1`]: item,
  })
  env = { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' }
})
afterEach(async () => server.stop())

test('what is to be done is listed with the command that says it is done', async () => {
  const { stdout } = await akashic(['action-item', 'list'], { env })
  expect(stdout).toContain('1 action item to do, 1 overdue')
  expect(stdout).toContain('Alert on full disks')
  expect(stdout).toContain('akashic action-item done inc-1 act-1')
  await akashic(['action-item', 'list', '--all'], { env })
  expect(server.asked[1]!.path).toContain('includeDone=true')
})

test('action items are agreed on, changed in part and finished', async () => {
  await akashic(['action-item', 'add', 'inc-1', 'Alert on full disks', '--owner', 'Ada', '--due', '2030-01-01'], {
    env,
  })
  await akashic(['action-item', 'change', 'inc-1', 'act-1', '--owner', 'Grace'], { env })
  await akashic(['action-item', 'change', 'inc-1', 'act-1', '--undo'], { env })
  const done = await akashic(['action-item', 'done', 'inc-1', 'act-1'], { env })
  expect(done.stdout).toBe('Done: Alert on full disks.\n')
  expect(server.asked.map(({ body }) => body)).toEqual([
    { text: 'Alert on full disks', owner: 'Ada', dueAt: '2030-01-01T00:00:00.000Z' },
    { owner: 'Grace' },
    { isDone: false },
    { isDone: true },
  ])
  expect((await akashic(['action-item', 'change', 'inc-1', 'act-1'], { env })).code).toBe(2)
})

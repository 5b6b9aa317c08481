import { akashic } from '../testing/a-session.ts'
import { Problem, startFakeServer, type FakeServer } from '../testing/fake-server.ts'

const aRelease = (partial: object = {}) => ({
  ...{ namespace: 'shop', name: 'front', revision: 3, status: 'deployed', updatedAt: '2030-01-01T08:00:00.000Z' },
  ...partial,
})
const aReport = (partial: object = {}) => ({
  ...aRelease(),
  ...{ chart: 'front-1.2.0', appVersion: '1', description: 'Upgrade complete', values: { password: '(hidden)' } },
  history: [{ ...aRelease(), chart: 'front-1.2.0', description: 'Upgrade complete' }],
  objects: [
    {
      object: { kind: 'Deployment', namespace: 'shop', name: 'web' },
      ...{ state: 'same', reason: '', fields: [] },
    },
  ],
  ...partial,
})

let server: FakeServer
const answers: Record<string, unknown> = {}
beforeEach(async () => {
  for (const name of Object.keys(answers)) delete answers[name]
  server = await startFakeServer(answers)
})
afterEach(() => server.stop())
const helm = (...argv: readonly string[]) =>
  akashic(['helm', ...argv], { env: { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' } })

describe('releases', () => {
  const path = 'GET /api/v1/infra/helm/releases'
  const needsTier = { namespace: '', reason: 'needs tier secrets' }

  test('are told with how they are', async () => {
    const items = [aRelease({ name: 'back', status: 'failed' }), aRelease({ name: 'mid', status: 'pending-upgrade' })]
    answers[path] = { items: [...items, aRelease()], unread: [] }
    const { code, stdout } = await helm('-n', 'shop')
    expect(code).toBe(0)
    expect(stdout).toMatch(/✖ failed +shop\/back +3 +2030-01-01 08:00\n/)
    expect(stdout).toMatch(/▲ pending-upgrade +shop\/mid/)
    expect(stdout).toMatch(/● deployed +shop\/front/)
    expect(server.asked[0]!.path).toBe('/api/v1/infra/helm/releases?namespace=shop')
  })

  test('that may not be read are unknown, never "none"', async () => {
    answers[path] = { items: [], unread: [needsTier] }
    const { code, stdout } = await helm()
    expect(code).toBe(5)
    expect(stdout).toBe('? releases unknown: needs tier secrets\n')
  })

  test('that may be read are shown beside what may not', async () => {
    answers[path] = { items: [aRelease()], unread: [needsTier] }
    const { code, stdout } = await helm()
    expect(code).toBe(0)
    expect(stdout).toMatch(/shop\/front[\s\S]*\? releases unknown: needs tier secrets/)
  })

  test('that there are none of are said to be so', async () => {
    answers[path] = { items: [], unread: [] }
    expect(await helm()).toMatchObject({ code: 0, stdout: 'There is no release.\n' })
  })

  test('are told as JSON', async () => {
    answers[path] = { items: [], unread: [needsTier] }
    const { code, stdout } = await helm('--json')
    expect(code).toBe(5)
    expect(JSON.parse(stdout)).toEqual({ items: [], unread: [needsTier] })
  })
})

describe('one release', () => {
  const path = 'GET /api/v1/infra/helm/releases/shop/front'

  test('is told with its history, its objects and its values', async () => {
    answers[path] = aReport()
    const { code, stdout } = await helm('show', 'front', '-n', 'shop')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^● shop\/front revision 3 is deployed {2}front-1\.2\.0\n {2}Upgrade complete\n/)
    expect(stdout).toContain('All 1 objects are as the release says')
    expect(stdout).toContain('"password": "(hidden)"')
  })

  test('is told with what differs in the cluster', async () => {
    const drifted = {
      object: { kind: 'Deployment', namespace: 'shop', name: 'web' },
      ...{ state: 'changed', reason: '', fields: [{ path: 'spec.replicas', before: '2', after: '5' }] },
    }
    answers[path] = aReport({ objects: [drifted] })
    const { stdout } = await helm('show', 'front', '-n', 'shop')
    expect(stdout).toMatch(/1 of 1 objects are not as the release says\n {2}Deployment shop\/web: changed\n/)
    expect(stdout).toContain('    spec.replicas: 2 -> 5\n')
  })

  test('that failed is told by the exit code', async () => {
    answers[path] = aReport({ status: 'failed', description: 'Upgrade "front" failed' })
    const { code, stdout } = await helm('show', 'front', '-n', 'shop')
    expect(code).toBe(3)
    expect(stdout).toMatch(/^✖ shop\/front revision 3 is failed/)
  })

  test('as JSON is as the server gave it', async () => {
    answers[path] = aReport()
    const { code, stdout } = await helm('show', 'front', '-n', 'shop', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual(aReport())
  })

  test('that may not be read says what is missing', async () => {
    answers[path] = new Problem(409, { code: 'failed_precondition', detail: 'needs tier secrets' })
    expect(await helm('show', 'front', '-n', 'shop')).toMatchObject({
      ...{ code: 1, stderr: expect.stringContaining('needs tier secrets') },
    })
  })
})

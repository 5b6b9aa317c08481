import { akashic } from '../testing/a-session.ts'
import { startFakeServer, type FakeServer } from '../testing/fake-server.ts'

const aRevision = (partial: object = {}) => ({
  ...{ revision: 1, createdAt: '2030-01-01T08:00:00.000Z', images: ['web:1'], ready: 2, isCurrent: true, changes: [] },
  ...partial,
})
const image = { path: 'containers[app].image', before: 'web:1', after: 'web:2' }
const aRollout = (partial: object = {}) => ({
  workload: { kind: 'Deployment', namespace: 'shop', name: 'web' },
  ...{ state: 'complete', says: 'All 2 pods are of the newest revision.', wanted: 2, updated: 2, available: 2 },
  ...{ revisions: [aRevision()], why: [], managers: [], rollback: null },
  ...partial,
})
const stuck = aRollout({
  ...{ state: 'stuck', says: 'It made no progress for 600 s.', updated: 1, available: 2 },
  revisions: [
    aRevision({ revision: 2, images: ['web:2'], ready: 0, changes: [image] }),
    aRevision({ isCurrent: false }),
  ],
  why: ['The image web:2 cannot be pulled: the registry has no such image.'],
  managers: [{ says: 'Helm owns it as release shop/front.' }],
  rollback: {
    ...{ title: 'Go back to revision 1', command: 'helm rollback front 1 -n shop', toRevision: 1 },
    warnings: ['A migration ran since.'],
  },
})

let server: FakeServer
const answers: Record<string, unknown> = {}
beforeEach(async () => {
  for (const name of Object.keys(answers)) delete answers[name]
  server = await startFakeServer(answers)
})
afterEach(() => server.stop())
const rollout = (...argv: readonly string[]) =>
  akashic(['rollout', ...argv], { env: { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' } })
const path = 'GET /api/v1/infra/rollouts/shop/Deployment/web'

describe('the status of a rollout', () => {
  test('that is stuck is told with why, who owns it, and the rollback with its warnings', async () => {
    answers[path] = stuck
    const { code, stdout } = await rollout('status', 'web', '-n', 'shop')
    expect(code).toBe(4)
    expect(stdout).toMatch(/^✖ Deployment shop\/web is stuck: It made no progress for 600 s\.\n/)
    expect(stdout).toContain('- The image web:2 cannot be pulled: the registry has no such image.')
    expect(stdout).toMatch(/\* 2 +2030-01-01 08:00 +0 +web:2\n/)
    expect(stdout).toContain('Managed by\n  Helm owns it as release shop/front.\n')
    expect(stdout).toContain('Go back to revision 1\n    helm rollback front 1 -n shop\n  ▲ A migration ran since.')
  })

  test.each([
    ['complete', 0, '●'],
    ['progressing', 3, '▲'],
    ['stuck', 4, '✖'],
    ['paused', 0, '\\?'],
    ['scaled_down', 0, '\\?'],
  ])('that is %s ends with %d', async (state, expected, icon) => {
    answers[path] = aRollout({ state })
    const { code, stdout } = await rollout('status', 'web', '-n', 'shop')
    expect(code).toBe(expected)
    expect(stdout).toMatch(new RegExp(`^${icon} Deployment shop/web is ${state.replace('_', ' ')}: `))
  })

  test('as JSON is as the server gave it, with the same exit code', async () => {
    answers[path] = stuck
    const { code, stdout } = await rollout('status', 'web', '-n', 'shop', '--json')
    expect(code).toBe(4)
    expect(JSON.parse(stdout)).toEqual(stuck)
  })

  test('is asked for by kind and namespace, in the cluster that is named', async () => {
    await rollout('status', 'ops/ds/agent', '--cluster', 'main')
    expect(server.asked[0]!.path).toBe('/api/v1/infra/rollouts/ops/DaemonSet/agent?cluster=main')
  })

  test('of what is not there is said in the words of the server', async () => {
    expect(await rollout('status', 'nobody')).toMatchObject({
      ...{ code: 1, stderr: expect.stringContaining('Reading the rollout: ') },
    })
  })
})

describe('what a rollout changed', () => {
  test('is told for each revision against the one before', async () => {
    answers[path] = stuck
    const { code, stdout } = await rollout('diff', 'web', '-n', 'shop')
    expect(code).toBe(0)
    expect(stdout).toBe('Revision 2\n  containers[app].image\n    - web:1\n    + web:2\n')
  })

  test('is nothing to compare with a single revision', async () => {
    answers[path] = aRollout()
    expect((await rollout('diff', 'web', '-n', 'shop')).stdout).toMatch(/^Only one revision is kept/)
  })

  test('is told as JSON', async () => {
    answers[path] = stuck
    expect(JSON.parse((await rollout('diff', 'web', '-n', 'shop', '--json')).stdout)).toEqual(stuck.revisions)
  })
})

import { akashic } from '../testing/a-session.ts'
import { startFakeServer, type FakeServer } from '../testing/fake-server.ts'

const aWorkload = (partial: object = {}) => ({
  ...{ kind: 'Deployment', namespace: 'shop', name: 'web', status: 'healthy', wanted: 2, ready: 2, updated: 2 },
  ...{ images: ['web:1'], revision: '4', createdAt: '2030-01-01T08:00:00.000Z', worst: null, findings: 0 },
  ...partial,
})
const sick = aWorkload({
  ...{ name: 'api', status: 'critical', ready: 0, images: ['api:2'] },
  worst: { reason: 'ErrImagePull', summary: 'The image api:2 cannot be pulled.' },
})
const pods = { what: 'Pod', reason: 'forbidden: may not list pods' }
const path = 'GET /api/v1/infra/workloads'

let server: FakeServer
const answers: Record<string, unknown> = {}
beforeEach(async () => {
  for (const name of Object.keys(answers)) delete answers[name]
  server = await startFakeServer(answers)
})
afterEach(() => server.stop())
const page = (items: readonly object[], unseen: readonly object[] = [], nextCursor: string | null = null) => ({
  ...{ items, unseen, nextCursor },
})
const workloads = (...argv: readonly string[]) =>
  akashic(['workloads', ...argv], { env: { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' } })

test('only those that are not well are shown, with why and what to ask next', async () => {
  answers[path] = page([sick, aWorkload()])
  const { code, stdout } = await workloads()
  expect(code).toBe(4)
  expect(stdout).toMatch(/^✖ 1 of 2 workloads is not well\n/)
  expect(stdout).toMatch(/✖ critical +Deployment +shop\/api +0\/2 +The image api:2 cannot be pulled\. +api:2\n/)
  expect(stdout).not.toContain('shop/web')
  expect(stdout).toMatch(/1 more is well; --all shows them\.[\s\S]*why shop\/deployment\/api\n$/)
})

test('all of them are shown when they are asked for, or when none is bad', async () => {
  answers[path] = page([sick, aWorkload()])
  expect((await workloads('--all')).stdout).toMatch(/● healthy +Deployment +shop\/web +2\/2/)
  answers[path] = page([aWorkload(), aWorkload({ name: 'night', kind: 'CronJob', status: 'idle', wanted: 0 })])
  const { code, stdout } = await workloads('-n', 'shop')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^● 2 workloads in shop, nothing found wrong\n/)
  expect(stdout).toMatch(/○ idle +CronJob +shop\/night +–/)
})

test('a warning and a rollout under way have faces and codes of their own', async () => {
  answers[path] = page([aWorkload({ status: 'warning', worst: { reason: 'Paused', summary: 'It is paused.' } })])
  expect(await workloads()).toMatchObject({ code: 3, stdout: expect.stringMatching(/▲ warning .*It is paused\./) })
  answers[path] = page([aWorkload({ status: 'progressing', ready: 1 })])
  expect(await workloads()).toMatchObject({ code: 0, stdout: expect.stringMatching(/◌ progressing .* 1\/2/) })
})

test.each([
  ['workloads whose pods cannot be seen', [aWorkload({ status: 'unknown' })]],
  ['an empty list that could not be read', []],
  ['workloads of the kinds that could be read', [aWorkload()]],
])('%s are not called well', async (_, items) => {
  answers[path] = page(items, [pods])
  const { code, stdout } = await workloads()
  expect(code).toBe(5)
  expect(stdout).toMatch(/^(\? Not all could be seen|✖ 1 of 1 workload is not well)/)
  expect(stdout).toContain('Could not be seen\n  Pod: forbidden: may not list pods\n')
})

test('all pages are read', async () => {
  const pages = [page([sick], [], 'next'), page([aWorkload()])]
  answers[path] = () => pages.shift()
  const { code, stdout } = await workloads('--json')
  expect(code).toBe(4)
  expect(JSON.parse(stdout)).toEqual({ items: [sick, aWorkload()], unseen: [] })
  expect(new URL(server.asked[1]!.path, server.url).searchParams.get('cursor')).toBe('next')
})

test('a narrow terminal gives its room to what is wrong, and to images where nothing is', async () => {
  const env = { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test', NO_COLOR: '1' }
  answers[path] = page([sick])
  const bad = await akashic(['workloads'], { env, columns: 100 })
  expect(bad.stdout).toContain('The image api:2 cannot be pulled.')
  expect(bad.stdout).not.toContain('IMAGES')
  answers[path] = page([aWorkload()])
  const well = await akashic(['workloads'], { env, columns: 100 })
  expect(well.stdout).toMatch(/shop\/web +2\/2 +web:1\n/)
  for (const line of `${bad.stdout}\n${well.stdout}`.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
})

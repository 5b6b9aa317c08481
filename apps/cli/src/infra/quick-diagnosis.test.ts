import { akashic } from '../testing/a-session.ts'
import { startFakeServer, type FakeServer } from '../testing/fake-server.ts'
import type { QuickDiagnosis, SectionStatus } from './infra.ts'

type Section = QuickDiagnosis['sections'][number]
const aSection = (name: string, status: SectionStatus, items: Section['items'] = []): Section => ({
  ...{ name, status, says: `${name} says so`, items, tookMs: 3 },
})
const aReport = (status: SectionStatus, sections: readonly Section[]): QuickDiagnosis => ({
  ...{ generatedAt: '2030-01-01T00:00:00.000Z', status, sections },
})
const well = ['cluster', 'application', 'database', 'recentErrors', 'externalServices'].map((name) =>
  aSection(name, 'healthy'),
)
const sick = aSection('database', 'problems', [
  { name: 'orders', status: 'problems', says: 'connection refused' },
  { name: 'users', status: 'healthy', says: 'answers' },
])

let server: FakeServer
let answer: QuickDiagnosis
beforeEach(async () => {
  server = await startFakeServer({ 'GET /api/v1/infra/quick-diagnosis': () => answer })
})
afterEach(() => server.stop())
const diagnose = (...argv: readonly string[]) =>
  akashic(['diagnose', ...argv], { env: { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' } })

test('all five sections that are well are told with what they say', async () => {
  answer = aReport('healthy', well)
  const { code, stdout } = await diagnose()
  expect(code).toBe(0)
  expect(stdout).toMatch(/^● All five sections are well\n/)
  for (const title of ['Cluster', 'Application', 'Database', 'Recent errors', 'External services'])
    expect(stdout).toContain(`● ${title}  `)
})

test('sections with problems come first, with what is bad in them and what to do next', async () => {
  answer = aReport('problems', [well[0]!, sick])
  const { code, stdout } = await diagnose()
  expect(code).toBe(1)
  expect(stdout).toMatch(/^✖ 1 of 2 sections have problems\n\n✖ Database\n {4}orders: connection refused\n/)
  expect(stdout).not.toContain('users')
  expect(stdout.indexOf('Database')).toBeLessThan(stdout.indexOf('Cluster'))
  expect(stdout).toMatch(/Next:\n +\S+ why\n$/)
})

test('what did not answer is unknown, and not called well', async () => {
  answer = aReport('unknown', [aSection('cluster', 'unknown'), ...well.slice(1)])
  const { code, stdout } = await diagnose()
  expect(code).toBe(2)
  expect(stdout).toMatch(/^\? No problem seen; 1 of 5 sections are unknown\n\n\? Cluster {2}cluster says so\n/)
})

test('what could not be seen is told beside any number of problems', async () => {
  const items = Array.from({ length: 11 }, (_, index) => ({
    ...{ name: `pod-${index}`, status: 'problems' as const, says: 'it ends again and again' },
  }))
  const unseen = { name: 'components', status: 'unknown' as const, says: 'only the first 200 were read' }
  answer = aReport('problems', [aSection('application', 'problems', [...items, unseen])])
  const { stdout } = await diagnose()
  expect(stdout).toContain('pod-6')
  expect(stdout).not.toContain('pod-7')
  expect(stdout).toMatch(/components: only the first 200 were read\n {4}and 4 more\n/)
})

test('more than a screen of bad items is counted', async () => {
  const items = Array.from({ length: 11 }, (_, index) => ({
    ...{ name: `pod-${index}`, status: 'problems' as const, says: 'it ends again and again' },
  }))
  answer = aReport('problems', [aSection('cluster', 'problems', items)])
  const { stdout } = await diagnose()
  expect(stdout).toContain('pod-7: ')
  expect(stdout).not.toContain('pod-8')
  expect(stdout).toContain('    and 3 more\n')
})

test('as JSON it is as the server gave it, with the same exit code', async () => {
  answer = aReport('problems', [sick])
  const { code, stdout } = await diagnose('--json')
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toEqual(answer)
})

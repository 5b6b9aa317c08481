import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { akashic } from '../testing/a-session.ts'

let server: Server
let cwd: string
let baseUrl: string
let asked: number

beforeEach(async () => {
  asked = 0
  server = createServer((_, answer) => {
    asked++
    answer.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  cwd = await mkdtemp(join(tmpdir(), 'akashic-loadtest-'))
})
afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await rm(cwd, { recursive: true })
})

const file = async (thresholds: string, url = '/'): Promise<void> =>
  writeFile(
    join(cwd, 'load.yaml'),
    `name: Shop
baseUrl: \${BASE_URL}
scenarios:
  visit: { executor: shared-iterations, vus: 2, iterations: 20, steps: [{ request: { name: home, url: ${url} }, checks: [{ status: 200 }] }] }
thresholds: ${thresholds}
`,
  )
const run = (...more: readonly string[]) =>
  akashic(['loadtest', 'run', 'load.yaml', '--workers', '1', '-e', `BASE_URL=${baseUrl}`, ...more], {
    cwd,
  })

test('a test whose thresholds hold says so first, with what was measured', async () => {
  await file("{ http_req_failed: ['rate<0.1'] }")
  const { code, stdout } = await run()
  expect(code).toBe(0)
  expect(stdout).toMatch(/^● Shop: every threshold holds\n/)
  expect(stdout).toMatch(/✓ {2}http_req_failed {2}rate<0.1 {2}was 0/)
  expect(stdout).toMatch(/20 requests in .* 0 failed/)
  expect(stdout).toMatch(/visit +home +20 +0 /)
}, 20_000)

test('one that does not hold, or that nothing was measured for, is exit code 99', async () => {
  await file("{ iterations: ['count>100'], 'http_req_duration{name:cart}': ['avg<1'] }")
  const { code, stdout } = await run()
  expect(code).toBe(99)
  expect(stdout).toMatch(/^✖ Shop: 2 of 2 thresholds do not hold/)
  expect(stdout).toMatch(/✖ {2}iterations .* was 20\n/)
  expect(stdout).toMatch(/\? .*name:cart.* not measured/)
}, 20_000)

test('without a threshold nobody says that it is good', async () => {
  await file('{}')
  expect((await run()).stdout).toContain('no threshold says what is good')
}, 20_000)

test('the results are written as a page, as JUnit and as JSON', async () => {
  await file("{ http_req_failed: ['rate<0.1'] }")
  const { stdout } = await run('--html', 'r.html', '--junit', 'r.xml', '--out', 'r.json', '--json')
  const json = JSON.parse(stdout) as object
  expect(json).toMatchObject({ verdict: 'passed', requests: 20, byRequest: [{ name: 'home' }] })
  expect(JSON.parse(await readFile(join(cwd, 'r.json'), 'utf8'))).toEqual(json)
  expect(await readFile(join(cwd, 'r.xml'), 'utf8')).toContain('<testsuite name="checks" tests="1" failures="0"')
  expect(await readFile(join(cwd, 'r.html'), 'utf8')).toMatch(/<p class="verdict passed">Passed<\/p>[\s\S]*home/)
}, 20_000)

test('mistakes are told with their lines, and nothing is sent', async () => {
  await file("{ http_req_failed: ['rate>10'], nobody: ['count>1'] }", "'/{{ what }}'")
  const { code, stderr } = await run()
  expect(code).toBe(1)
  expect(stderr).toContain('there are 3 mistakes')
  expect(stderr).toMatch(/load\.yaml:4 .*url: \{\{ \}\} takes/)
  expect(stderr).toMatch(/load\.yaml:5 .*the rate of a counter/)
  expect(asked).toBe(0)
  expect((await akashic(['loadtest', 'run', 'none.yaml'], { cwd })).stderr).toContain('there is no such file')
  expect((await akashic(['loadtest', 'run', 'load.yaml'], { cwd })).stderr).toMatch(/BASE_URL is not set/)
  expect((await akashic(['loadtest', 'run', 'load.yaml', '-e', 'x'], { cwd })).code).toBe(2)
}, 20_000)

test('a data file outside the folder of the test is not read', async () => {
  await file('{}')
  const text = await readFile(join(cwd, 'load.yaml'), 'utf8')
  await writeFile(join(cwd, 'load.yaml'), `${text}data: { users: { file: ../../etc/passwd } }\n`)
  expect((await run()).stderr).toMatch(/load\.yaml:6 data\.users\.file: must be in the folder of the test/)
}, 20_000)

test('check says where it would go, and sends nothing', async () => {
  await file('{}')
  const { code, stdout } = await akashic(['loadtest', 'check', 'load.yaml', '-e', `BASE_URL=${baseUrl}`], { cwd })
  expect(code).toBe(0)
  expect(stdout).toContain(`it would load ${baseUrl}`)
  expect(asked).toBe(0)
}, 20_000)

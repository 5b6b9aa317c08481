import { akashic } from '../testing/a-session.ts'
import { startFakeServer, type FakeServer } from '../testing/fake-server.ts'

/** Each command with the code that says that it could not be done. */
const commands: readonly (readonly [string, number])[] = [
  ['diagnose', 2],
  ...['why', 'nodes', 'workloads', 'storage', 'findings', 'helm', 'helm show web'].map(
    (line) => [line, 1] as [string, number],
  ),
  ...['reach web db:5432', 'autoscale audit', 'lookup db', 'rollout status web', 'rollout diff web'].map(
    (line) => [line, 1] as [string, number],
  ),
]

let server: FakeServer
beforeAll(async () => {
  server = await startFakeServer({})
})
afterAll(() => server.stop())

async function addressOfNobody(): Promise<string> {
  const gone = await startFakeServer({})
  await gone.stop()
  return gone.url
}

test.each(commands)('%s complains of a server that is away, and prints nothing else', async (line, expected) => {
  const env = { AKASHIC_URL: await addressOfNobody(), AKASHIC_API_KEY: 'ak_test' }
  for (const argv of [line.split(' '), [...line.split(' '), '--json']]) {
    const { code, stdout, stderr } = await akashic(argv, { env })
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
    expect(stderr).toMatch(/connection refused[\s\S]*Try next:/)
  }
})

test.each(commands)('%s without a key says how to give one', async (line, expected) => {
  const { code, stdout, stderr } = await akashic(line.split(' '), { env: { AKASHIC_URL: server.url } })
  expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
  expect(stderr).toContain('export AKASHIC_API_KEY=')
})

test.each([
  ...commands.map(([line]) => `${line} --nonsense`),
  'findings --severity loud',
  'reach web db:5432 --protocol carrier-pigeon',
  ...['reach web', 'lookup', 'rollout status', 'rollout undo web', 'helm show', 'helm check'],
])('%s is not understood, and asks nothing', async (line) => {
  const asked = server.asked.length
  const { code, stdout, stderr } = await akashic(line.split(' '), {
    env: { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' },
  })
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('--help')
  expect(server.asked).toHaveLength(asked)
})

test.each([
  ...commands.map(([line]) =>
    line
      .split(' ')
      .slice(0, line.startsWith('helm show') ? 2 : undefined)
      .join(' '),
  ),
])('%s shows examples in its help', async (line) => {
  const { code, stdout } = await akashic([...line.split(' '), '--help'])
  expect(code).toBe(0)
  expect(stdout.split('Examples:')[1]!.match(/\n {2}akashic /g)!.length).toBeGreaterThanOrEqual(2)
})

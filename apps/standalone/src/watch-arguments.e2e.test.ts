import { describeReal, eventually, freePort, startHttp, startRedis } from '@akashic/testbed'
import { makeHome, type Home } from './testing/home.ts'
import { killAll, runToEnd, startProduct } from './testing/run-product.ts'

let home: Home
beforeEach(async () => {
  home = await makeHome()
})
afterEach(async () => {
  await killAll()
  await home.remove()
})

const watching = (...targets: string[]) => targets.flatMap((target) => ['--watch', target])

test.each([
  ['nonsense', 'the target is not a URL; it must start with one of http://, https://, postgres://'],
  ['', 'the target is not a URL; it must start with one of http://'],
  ['ftp://user:hunter2@example.org', 'the target has the scheme ftp://, which cannot be watched; these can: http://'],
  ['http://', 'the http target cannot be watched: must be an http or https URL'],
  ['tcp://example.org', 'a tcp target is written host:port, as db.example.org:5432'],
  ['tcp://example.org:99999', 'the port of a tcp target is from 1 to 65535'],
  ['redis://:hunter2@example.org:99999', 'the redis target cannot be watched: must be a redis:// or rediss:// URL'],
])('a target that is %j is refused with one sentence and how to do it', async (target, sentence) => {
  const { code, stdout, stderr } = await runToEnd(home, { args: watching(target) })
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  const [first, , usage] = stderr.split('\n')
  expect(first).toContain(`akashic: --watch: ${sentence}`)
  expect(usage).toBe('Usage: npm start -- [--watch <url>]...')
  expect(stderr).not.toContain('hunter2')
})

test.each([
  [['--wach', 'http://example.org'], "Unknown option '--wach'"],
  [['http://example.org'], "Unexpected argument 'http://example.org'"],
  [['--watch'], "Option '--watch <value>' argument missing"],
  [['--watch', '--watch', 'http://example.org'], "Option '--watch' argument is ambiguous"],
])('the arguments %j are refused', async (args, sentence) => {
  const { code, stderr } = await runToEnd(home, { args })
  expect(code).toBe(2)
  expect(stderr).toContain(`akashic: ${sentence}`)
})

test('--watch beside an akashic.yaml is refused, for one of the two would be left out', async () => {
  await home.configure('components: []\n')
  const { code, stderr } = await runToEnd(home, { args: watching('http://example.org') })
  expect(code).toBe(2)
  expect(stderr).toMatch(/^akashic: --watch is for a start without a configuration, and akashic.yaml is there: add/)
})

test('--help shows three commands to paste', async () => {
  const { code, stdout } = await runToEnd(home, { args: ['--help'] })
  expect(code).toBe(0)
  expect(stdout.match(/^ {2}.*npm start/gm)).toHaveLength(3)
})

test('on any port that is free it says which one it got, and does not watch one that it never had', async () => {
  const product = await startProduct(home, { env: { PORT: '0' } })
  const url = await eventually(() => {
    const served = /"url":"(http:\/\/127\.0\.0\.1:\d+\/)","msg":"the status page is served"/.exec(product.output())
    expect(served).not.toBeNull()
    return served![1]!
  }, 10_000)
  expect(new URL(url).port).not.toBe('0')
  const status = (await (await fetch(`${url}status`)).json()) as { components: { name: string }[] }
  expect(status.components.map(({ name }) => name)).toEqual(['Akashic database'])
  expect((await product.stop()).code).toBe(0)
}, 60_000)

describeReal('redis', () => {
  test('a start without a file watches itself and what was named, and tells which is down', async () => {
    const redis = await startRedis({ password: 'hunter2' })
    const web = await startHttp((_, response) => response.end('ok'))
    const closed = await freePort()
    const product = await startProduct(home, { args: watching(web.url, redis.url, `tcp://127.0.0.1:${closed}`) })
    const { json } = await eventually(async () => {
      const answer = await product.get('/status')
      expect(answer.json.components.map(({ status }: { status: string }) => status)).toEqual([
        ...['operational', 'operational', 'operational', 'operational'],
        'outage',
      ])
      return answer
    }, 60_000)
    expect(json.components.map(({ name }: { name: string }) => name)).toEqual([
      ...['Akashic gateway', 'Akashic database', `127.0.0.1:${web.port}`, 'Redis', `127.0.0.1:${closed}`],
    ])
    expect(json.components[4]).toMatchObject({ error: 'connection refused' })
    const operators = (await product.call('GET', '/api/v1/components')).text
    const everything = [product.output(), operators, (await product.get('/')).text, JSON.stringify(json)].join()
    expect(everything).not.toContain('hunter2')
    expect((await product.stop()).code).toBe(0)
    await Promise.all([redis.stop(), web.stop()])
  }, 90_000)
})

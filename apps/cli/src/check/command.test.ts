import { freePort, startHttp } from '@akashic/testbed'
import { akashic } from '../testing/a-session.ts'

test('a target that answers is operational, with the time that each phase took', async () => {
  const target = await startHttp((_, response) => response.end('fine'))
  const { code, stdout } = await akashic(['check', 'http', target.url])
  await target.stop()
  expect(code).toBe(0)
  expect(stdout).toMatch(/^● OPERATIONAL {2}http:\/\/127\.0\.0\.1:\d+\/: answered as expected in .* ms/)
  expect(stdout).toMatch(/connected +\S+ ms/)
})

test('a database is given the time of its answer, and in all that of the connection too', async () => {
  const { code, stdout } = await akashic(['check', 'postgres', process.env.AKASHIC_TEST_DATABASE_URL!])
  expect(code).toBe(0)
  const rows = [...stdout.matchAll(/^ {2}([a-z ]+?) {2,}<?([\d.]+) ms/gm)].map(
    ([, word, ms]) => [word, Number(ms)] as const,
  )
  expect(rows.map(([word]) => word)).toEqual(['connected', 'answered', 'in all'])
  expect(Object.fromEntries(rows)['in all']).toBeGreaterThanOrEqual(Object.fromEntries(rows).answered)
})

test('a target that refuses is an outage, exit code 4', async () => {
  const { code, stdout } = await akashic(['check', 'tcp', `127.0.0.1:${await freePort()}`])
  expect(code).toBe(4)
  expect(stdout).toContain('connection refused')
})

test('keys of the check are set as in akashic.yaml', async () => {
  const target = await startHttp((_, response) => response.writeHead(418).end())
  expect((await akashic(['check', 'http', target.url])).code).toBe(3)
  expect((await akashic(['check', 'http', target.url, '--set', 'expectStatus=[418]'])).code).toBe(0)
  expect((await akashic(['check', 'http', target.url, '--set', 'downOn=[4xx]'])).code).toBe(4)
  await target.stop()
})

test('a password in a target is not shown', async () => {
  const url = `postgres://user:hunter2@127.0.0.1:${await freePort()}/x`
  const { stdout, stderr } = await akashic(['check', 'postgres', url])
  expect(stdout + stderr).not.toContain('hunter2')
})

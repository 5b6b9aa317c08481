import { akashic } from '../testing/a-session.ts'
import { startFakeServer, type FakeServer } from '../testing/fake-server.ts'
import { ago } from '../testing/incident-builders.ts'
import type { Finding, Truth } from './finding.ts'

const aFinding = (partial: Partial<Finding> = {}): Finding => ({
  ...{ id: 'f1', kind: 'update_overdue', subject: { kind: 'incident', id: 'inc-1' } },
  ...{ summary: 'The public was promised word of "Checkout is down" by 12:20 UTC.' },
  ...{ since: ago(5), openedAt: ago(4), closedAt: null },
  ...partial,
})

let server: FakeServer
let env: Record<string, string>
const answers: Record<string, unknown> = {}
beforeEach(async () => {
  server = await startFakeServer(answers)
  env = { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' }
})
afterEach(async () => server.stop())
const told = (truth: Partial<Truth>, ...more: readonly string[]) => {
  answers['GET /api/v1/truth'] = { auditedAt: ago(0), items: [], nextCursor: null, ...truth }
  return akashic(['truth', ...more], { env, columns: 100 })
}

test('differences are told worst first, with the commands that end them, and by the exit code', async () => {
  const green = aFinding({
    ...{ kind: 'page_green_while_red', subject: { kind: 'component', id: 'web' } },
    ...{ summary: 'The page shows web as operational.', since: ago(2) },
  })
  const silent = aFinding({ kind: 'no_public_word', subject: { kind: 'component', id: 'shop' } })
  const { code, stdout } = await told({ items: [aFinding(), silent, green] })
  expect(code).toBe(3)
  const plain = stdout.replaceAll(/\u001b\[\d+m/g, '')
  expect(plain).toMatch(
    /^✖ 3 differences between what the public is told and what is known, audited \d s ago\.\n\nThe page/,
  )
  expect(plain).toContain('✖ page green while red, for 2 min (since')
  expect(plain).toContain('▲ update overdue, for 5 min')
  expect(plain.indexOf('akashic component show web')).toBeLessThan(plain.indexOf('akashic incident open'))
  expect(plain.indexOf('akashic incident open')).toBeLessThan(plain.indexOf('akashic incident update inc-1'))
})

test('where the public is told what is known, it is said when that was last looked at', async () => {
  const { code, stdout } = await told({})
  expect(code).toBe(0)
  expect(stdout).toMatch(/The public is told what is known.*, audited \d s ago\./)
})

test('what nobody audited is not known, and neither is what was audited long ago', async () => {
  expect(await told({ auditedAt: null })).toMatchObject({ code: 5, stdout: expect.stringContaining('not audited yet') })
  const old = await told({ auditedAt: ago(6) })
  expect(old).toMatchObject({ code: 5, stdout: expect.stringContaining('last audited 6 min ago') })
  expect(old.stdout).not.toContain('●')
  expect((await told({ auditedAt: ago(6), items: [aFinding()] })).stdout).toContain('What follows is from then')
})

test('what was so before is a table, newest first, and says nothing of now', async () => {
  const { code, stdout } = await told({ auditedAt: null, items: [aFinding({ closedAt: ago(1) })] }, '--past')
  expect(code).toBe(0)
  expect(stdout).toMatch(/4 min\s+update overdue\s+The public was promised word/)
  expect(server.asked.at(-1)!.path).toBe('/api/v1/truth?state=closed&limit=200')
})

test('as JSON they come with the time of the audit, and text that plays tricks on a terminal is taken out', async () => {
  const trick = aFinding({ summary: '\u001b[2J', kind: '\u001b[2J' })
  const auditedAt = ago(0)
  const json = await told({ auditedAt, items: [trick] }, '--json')
  expect(JSON.parse(json.stdout)).toEqual({ auditedAt, items: [trick] })
  expect((await told({ items: [trick] })).stdout).not.toContain('\u001b[2J')
})

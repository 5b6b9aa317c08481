import { FakeClock } from '@akashic/shared/clock'
import type { Principal } from '@akashic/shared/identity'
import { sql } from '@akashic/shared/postgres'
import { eventually, type TestDatabase } from '@akashic/testbed'
import { pass, ScriptedWorld, statusDatabase, TestDirectory, testEngine } from '../check/engine-harness.ts'
import { reportState, type ReportedState } from './report-state.ts'

const minute = 60_000
let database: TestDatabase

beforeEach(async () => {
  database = await statusDatabase()
})
afterEach(() => database.close())

async function aReportedComponent() {
  const clock = new FakeClock()
  const components = new TestDirectory()
  await components.define(
    database.db,
    [
      { id: 'payments', name: 'Payments', checks: [{ kind: 'reported', interval: '60s' }] },
      { id: 'web', name: 'Web' },
    ],
    clock.now(),
  )
  const deps = { db: database.db, clock, components, monotonicMs: () => clock.now() }
  const test = testEngine({ ...deps, runCheck: new ScriptedWorld(clock).runCheck })
  const report = (given: Partial<ReportedState> = {}, principal: Partial<Principal> = {}) =>
    reportState(
      deps,
      { componentId: 'payments', status: 'operational', message: '', ttlMs: 5 * minute, ...given },
      { principal: { id: 'svc', name: 'Billing', kind: 'service', role: 'viewer', ...principal }, requestId: 'r-1' },
    )
  return { clock, report, ...test }
}

test('what a service reports is the verdict at once, and unknown once it has run out', async () => {
  const { clock, report, engine, verdicts } = await aReportedComponent()
  await engine.start()
  const reportedAtMs = clock.now()
  const { expiresAtMs } = await report({
    status: 'partial_outage',
    message: 'two of five acquirers',
    responseTimeMs: 40,
  })
  expect(expiresAtMs).toBe(reportedAtMs + 5 * minute)
  await eventually(async () => {
    await pass(clock, 1_000)
    expect(verdicts.at(-1)).toMatchObject({
      verdict: 'partial_outage',
      latencyMs: 40,
      failure: { sentence: 'reported as partly down', detail: 'two of five acquirers' },
    })
  })
  await pass(clock, 6 * minute)
  expect(verdicts.at(-1)).toMatchObject({ verdict: 'unknown', failure: { code: 'expired' } })
  expect(verdicts.at(-1)!.sinceMs - expiresAtMs).toBeLessThan(1_000)
  await engine.stop(10_000)
})

test('a report is audited when it says something else than the one before', async () => {
  const { report } = await aReportedComponent()
  await report()
  await report()
  await report({ status: 'outage', message: 'card network down' })
  const rows = await database.db.query<{ detail: unknown }>(sql`
    SELECT actor_name, action, subject, request_id, detail FROM status.audit ORDER BY seq`)
  expect(rows).toMatchObject([
    {
      action: 'component.report',
      subject: 'payments',
      actor_name: 'Billing',
      request_id: 'r-1',
      detail: { before: null },
    },
    { detail: { status: 'outage', before: 'operational', message: 'card network down' } },
  ])
})

test.each([
  ['a person who may only read', {}, { kind: 'person' as const }, 'permission_denied'],
  ['a service limited to other components', {}, { scope: ['web'] }, 'permission_denied'],
  ['a report of a component that is not there', { componentId: 'nobody' }, {}, 'not_found'],
  ['a report of a component without such a check', { componentId: 'web' }, {}, 'failed_precondition'],
  ['a report that holds for ever', { ttlMs: Infinity }, {}, 'invalid_argument'],
  ['a report that holds for no time', { ttlMs: 0 }, {}, 'invalid_argument'],
  ['a message without end', { message: 'x'.repeat(2_001) }, {}, 'invalid_argument'],
  ['a message with a NUL byte', { message: 'a\0b' }, {}, 'invalid_argument'],
  ['a message with half a character', { message: 'a\ud800' }, {}, 'invalid_argument'],
  ['a response time below zero', { responseTimeMs: -1 }, {}, 'invalid_argument'],
  ['a response time of more than a day', { responseTimeMs: 1e308 }, {}, 'invalid_argument'],
])('%s is refused', async (_, given, principal, code) => {
  const { report } = await aReportedComponent()
  await expect(report(given, principal)).rejects.toMatchObject({ code })
  expect(await database.db.query(sql`SELECT 1 FROM status.report`)).toEqual([])
})

test('a response time smaller than any clock tells is reported as none, and can be stored', async () => {
  const { clock, report, engine, verdicts } = await aReportedComponent()
  await engine.start()
  await report({ responseTimeMs: 1e-300 })
  await eventually(async () => {
    await pass(clock, 1_000)
    expect(verdicts.at(-1)).toMatchObject({ verdict: 'operational', latencyMs: 0 })
  })
  await engine.stop(10_000)
})

test('a person who operates may report', async () => {
  const { report } = await aReportedComponent()
  await expect(report({}, { kind: 'person', role: 'operator' })).resolves.toMatchObject({
    expiresAtMs: expect.any(Number),
  })
})

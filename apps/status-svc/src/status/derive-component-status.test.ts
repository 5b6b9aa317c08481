import { componentSchema } from '@akashic/config'
import fc from 'fast-check'
import { namedChecks } from '../component/check-names.ts'
import type { Verdict } from './check-verdict.ts'
import { deriveComponentStatus } from './derive-component-status.ts'
import { holdsForMs, type VerdictRecord, type VerdictRecords } from './verdict-record.ts'

const now = Date.parse('2026-03-01T12:00:00Z')
const minute = 60_000

function checksOf(count: number) {
  const checks = Array.from({ length: count }, (_, i) => ({
    kind: 'tcp',
    name: `c${i}`,
    host: 'example.org',
    port: 80,
  }))
  return namedChecks(componentSchema.parse({ id: 'web', name: 'Web', checks }))
}

const aRecord = (verdict: Verdict, more: Partial<VerdictRecord> = {}): VerdictRecord => ({
  verdict,
  atMs: now - 10_000,
  unbrokenSinceMs: now - 10_000,
  latencyMs: 12,
  failure:
    verdict === 'operational' ? null : { code: verdict, sentence: `is ${verdict}`, detail: `${verdict} at 10.0.0.1` },
  flappingSinceMs: null,
  ...more,
})

const records = (...list: readonly (VerdictRecord | undefined)[]): VerdictRecords =>
  Object.fromEntries(list.flatMap((record, i) => (record ? [[`c${i}`, record]] : [])))

const statusOf = (...verdicts: readonly Verdict[]) =>
  deriveComponentStatus(checksOf(verdicts.length), records(...verdicts.map((verdict) => aRecord(verdict))), now).status

test('all checks down is an outage, some down a partial outage', () => {
  expect(statusOf('outage', 'outage')).toBe('outage')
  expect(statusOf('outage', 'operational')).toBe('partial_outage')
  expect(statusOf('outage', 'unknown')).toBe('partial_outage')
  expect(statusOf('partial_outage')).toBe('partial_outage')
})

test('without anything down, degraded comes before unknown, and unknown before operational', () => {
  expect(statusOf('degraded', 'unknown', 'operational')).toBe('degraded')
  expect(statusOf('unknown', 'operational')).toBe('unknown')
  expect(statusOf('operational', 'operational')).toBe('operational')
})

test('a component without checks, or whose checks never ran, is unknown', () => {
  expect(deriveComponentStatus([], {}, now).status).toBe('unknown')
  expect(deriveComponentStatus(checksOf(2), records(aRecord('operational')), now).status).toBe('unknown')
})

test('a result holds for three intervals and the timeout of a run, and not longer', () => {
  const at = (atMs: number) => deriveComponentStatus(checksOf(1), records(aRecord('operational', { atMs })), now)
  const holdsMs = 3 * minute + 5_000
  expect(at(now - holdsMs).status).toBe('operational')
  expect(at(now - holdsMs).staleAtMs).toBe(now)
  expect(at(now - holdsMs - 1).status).toBe('unknown')
  expect(at(now - holdsMs - 1).staleAtMs).toBeNull()
})

test('a timeout longer than the interval makes a result hold for one run longer, not for three', () => {
  expect(holdsForMs({ interval: 20_000, timeout: minute })).toBe(2 * minute)
})

test('an outage that nobody has looked at for three intervals is not an outage any more, it is unknown', () => {
  const stale = deriveComponentStatus(checksOf(1), records(aRecord('outage', { atMs: now - 4 * minute })), now)
  expect(stale).toMatchObject({ status: 'unknown', failure: { code: 'stale' } })
})

test('a flapping check is shown as degraded at least', () => {
  const flapping = { flappingSinceMs: now - minute }
  const derive = (verdict: Verdict) => deriveComponentStatus(checksOf(1), records(aRecord(verdict, flapping)), now)
  expect(derive('operational')).toMatchObject({ status: 'degraded', flappingSinceMs: now - minute })
  expect(derive('outage').status).toBe('outage')
  expect(derive('unknown').status).toBe('unknown')
})

test('the worst check explains the component, and the slowest one gives its response time', () => {
  const derived = deriveComponentStatus(
    checksOf(3),
    records(
      aRecord('degraded', { latencyMs: 900 }),
      aRecord('outage', { latencyMs: null }),
      aRecord('operational', { latencyMs: 5 }),
    ),
    now,
  )
  expect(derived).toMatchObject({ status: 'partial_outage', responseTimeMs: 900, failure: { sentence: 'is outage' } })
})

const anyVerdict = fc.constantFrom<Verdict>('operational', 'degraded', 'partial_outage', 'outage', 'unknown')

test('the order of checks does not matter', () => {
  fc.assert(
    fc.property(fc.array(anyVerdict, { minLength: 1, maxLength: 6 }), (verdicts) => {
      expect(statusOf(...verdicts.toReversed())).toBe(statusOf(...verdicts))
    }),
  )
})

test('nothing is operational unless every check said so lately', () => {
  fc.assert(
    fc.property(fc.array(anyVerdict, { minLength: 1, maxLength: 6 }), (verdicts) => {
      const isAllWell = verdicts.every((verdict) => verdict === 'operational')
      expect(statusOf(...verdicts) === 'operational').toBe(isAllWell)
    }),
  )
})

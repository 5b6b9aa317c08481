import type { Impact, IncidentStatus } from '@akashic/proto'
import fc from 'fast-check'
import { componentFromProto, overallName } from '../live-status/snapshot.ts'
import type { SnapshotComponent } from '../live-status/snapshot.ts'
import { aComponent } from '../testing/scripted-status-service.ts'
import { measured } from './measured.ts'
import { statusRow } from './status.ts'

const statuses = ['operational', 'degraded', 'partial_outage', 'outage', 'maintenance', 'unknown'] as const
const shown = (id: string, status: SnapshotComponent['status'], critical = true): SnapshotComponent => ({
  ...componentFromProto(aComponent({ id })),
  status,
  critical,
})
const component = fc
  .tuple(fc.uuid(), fc.constantFrom(...statuses), fc.boolean())
  .map(([id, status, critical]) => shown(id, status, critical))
const components = fc.array(component, { maxLength: 12 })
const anyOverall = fc.constantFrom(...overallName.options)
const gravity = ['none', 'maintenance', 'minor', 'major', 'critical']
const graveness = (of: readonly SnapshotComponent[], overall: SnapshotComponent['status'] = 'operational') =>
  gravity.indexOf(statusRow(of, [], overallName.parse(overall)).indicator)

test.each([
  ['everything is well', [shown('a', 'operational')], 'operational', 'none', 'All Systems Operational'],
  [
    'one is under maintenance, the others well',
    [shown('a', 'maintenance'), shown('b', 'operational')],
    'operational',
    ...['maintenance', 'Service Under Maintenance'],
  ],
  ['a critical one is out', [shown('a', 'outage')], 'outage', 'critical', 'Major System Outage'],
  ['a critical one is partly out', [shown('a', 'partial_outage')], 'degraded', 'major', 'Partial System Outage'],
  ['another one is out', [shown('a', 'outage', false)], 'degraded', 'minor', 'Minor Service Outage'],
  [
    'some are slow',
    [shown('a', 'degraded'), shown('b', 'operational')],
    'degraded',
    ...['minor', 'Partially Degraded Service'],
  ],
  ['all are slow', [shown('a', 'degraded')], 'degraded', 'minor', 'Degraded System Service'],
  [
    'one was not measured, though it is not critical',
    [shown('a', 'unknown', false), shown('b', 'operational')],
    'operational',
    ...['minor', 'Partially Degraded Service'],
  ],
  ['nothing is watched', [], 'unknown', 'minor', 'Degraded System Service'],
] as const)('when %s', (_when, of, overall, indicator, description) => {
  expect(statusRow(of, [], overall)).toEqual({ indicator, description })
})

test('it is `none` only when every component is known to be well', () => {
  fc.assert(
    fc.property(components, anyOverall, (of, overall) => {
      const isWell = overall === 'operational' && of.every(({ status }) => status === 'operational')
      expect(statusRow(of, [], overall).indicator === 'none').toBe(isWell)
    }),
  )
})

test('their order does not matter, and one more that is well makes it no worse', () => {
  fc.assert(
    fc.property(components, anyOverall, (of, overall) => {
      const row = statusRow(of, [], overall)
      expect(statusRow(of.toReversed(), [], overall)).toEqual(row)
      expect(graveness([...of, shown('new', 'operational')], overall)).toBeLessThanOrEqual(graveness(of, overall))
    }),
  )
})

test('a picture that nobody vouches for is never `none`, and never looks better than it did', () => {
  fc.assert(
    fc.property(fc.array(component, { minLength: 1 }), (of) => {
      const stale = measured(of, 1_760_000_000_000)
      expect(statusRow(stale, [], 'operational').indicator).not.toBe('none')
      expect(graveness(stale)).toBeGreaterThanOrEqual(graveness(of))
    }),
  )
})

test('an open incident that was published counts, unless it is only being watched', () => {
  const well = [{ status: 'operational', critical: true }] as const
  const indicator = (status: IncidentStatus, impact: Impact) =>
    statusRow(well, [{ status, impact }], 'operational').indicator
  expect(indicator('INCIDENT_STATUS_INVESTIGATING', 'IMPACT_CRITICAL')).toBe('critical')
  expect(indicator('INCIDENT_STATUS_IDENTIFIED', 'IMPACT_MINOR')).toBe('minor')
  expect(indicator('INCIDENT_STATUS_IDENTIFIED', 'IMPACT_NONE')).toBe('none')
  expect(indicator('INCIDENT_STATUS_MONITORING', 'IMPACT_CRITICAL')).toBe('none')
})

import { componentFromProto } from '../live-status/snapshot.ts'
import { aComponent } from '../testing/scripted-status-service.ts'
import { groupStatus } from './component-status.ts'
import { componentRows } from './component.ts'
import { measured } from './measured.ts'

const rowsOf = (...components: Parameters<typeof aComponent>[0][]) =>
  componentRows(components.map((component) => componentFromProto(aComponent(component))))

const sinceMs = Date.parse('2026-11-23T19:32:52.410Z')

test('groups are rows where their first member is, with ids that stay, and positions within the group', () => {
  const rows = rowsOf(
    { id: 'web', group: 'Product' },
    { id: 'mail', group: '' },
    { id: 'shop', group: 'Product' },
    { id: 'disk', group: 'Base' },
  )
  const [product, , , , base] = rows
  expect(rows.map(({ id, position, group, group_id }) => [id, position, group, group_id])).toEqual([
    [product!.id, 1, true, null],
    ['web', 1, false, product!.id],
    ['shop', 2, false, product!.id],
    ['mail', 2, false, null],
    [base!.id, 3, true, null],
    ['disk', 1, false, base!.id],
  ])
  expect(product).toMatchObject({ name: 'Product', components: ['web', 'shop'] })
  expect(rowsOf({ id: 'other', group: 'Product' })[0]!.id).toBe(product!.id)
  expect(product!.id).toMatch(/_/)
})

test('what was not measured says since when, in place of its own description', () => {
  const [row] = rowsOf({ id: 'web', group: '', description: 'Pages', status: 'STATUS_UNKNOWN', sinceMs })
  expect(row).toMatchObject({
    status: 'degraded_performance',
    description: 'not measured since 2026-11-23 19:32 UTC',
    updated_at: '2026-11-23T19:32:52.410Z',
    created_at: '2025-06-15T15:06:40.000Z',
    start_date: '2025-06-15',
  })
  expect(rowsOf({ id: 'web', group: '', description: 'Pages' })[0]!.description).toBe('Pages')
  expect(rowsOf({ id: 'web', group: '' })[0]!.description).toBeNull()
})

test('while nobody vouches for the picture, what was well is not measured, and what was out stays out', () => {
  const known = [
    aComponent({ id: 'web', group: '' }),
    aComponent({ id: 'shop', group: '', status: 'STATUS_OUTAGE' }),
    aComponent({ id: 'vault', visibility: 'VISIBILITY_INTERNAL' }),
  ].map(componentFromProto)
  expect(componentRows(measured(known, sinceMs))).toMatchObject([
    { id: 'web', status: 'degraded_performance', description: 'not measured since 2026-11-23 19:32 UTC' },
    { id: 'shop', status: 'major_outage', description: null },
  ])
})

test.each([
  [['STATUS_OPERATIONAL', 'operational']],
  [['STATUS_DEGRADED', 'degraded_performance']],
  [['STATUS_PARTIAL_OUTAGE', 'partial_outage']],
  [['STATUS_OUTAGE', 'major_outage']],
  [['STATUS_MAINTENANCE', 'under_maintenance']],
] as const)('%s', ([status, word]) => {
  expect(rowsOf({ id: 'web', group: '', status })[0]!.status).toBe(word)
})

test('a group is out when all of its members are, and partly out when some are', () => {
  expect(groupStatus(['major_outage', 'major_outage'])).toBe('major_outage')
  expect(groupStatus(['major_outage', 'operational'])).toBe('partial_outage')
  expect(groupStatus(['degraded_performance', 'under_maintenance'])).toBe('degraded_performance')
  expect(groupStatus(['under_maintenance', 'operational'])).toBe('under_maintenance')
  expect(groupStatus(['operational'])).toBe('operational')
})

import { z } from 'zod'
import type { OverallName, SnapshotComponent } from '../live-status/snapshot.ts'

export const statusSchema = z
  .object({
    indicator: z.enum(['none', 'minor', 'major', 'critical', 'maintenance']),
    description: z.enum([
      'All Systems Operational',
      'Minor Service Outage',
      'Partial System Outage',
      'Major System Outage',
      'Partially Degraded Service',
      'Degraded System Service',
      'Service Under Maintenance',
    ]),
  })
  .meta({ id: 'StatuspageStatus' })
export type StatusRow = z.infer<typeof statusSchema>

/** The page as a whole. `none` only when every component is known to be operational; one that was not measured makes it
 *  `minor`, and maintenance shows only when all else is well.
 *  @param components the public ones, as they are told. */
export function statusRow(
  components: readonly Pick<SnapshotComponent, 'status' | 'critical'>[],
  overall: OverallName,
): StatusRow {
  const isAny = (...statuses: SnapshotComponent['status'][]) => components.some((c) => statuses.includes(c.status))
  const isCritical = (...statuses: SnapshotComponent['status'][]) =>
    components.some((c) => c.critical && statuses.includes(c.status))
  if (isCritical('outage')) return { indicator: 'critical', description: 'Major System Outage' }
  if (isCritical('partial_outage')) return { indicator: 'major', description: 'Partial System Outage' }
  if (isAny('outage', 'partial_outage')) return { indicator: 'minor', description: 'Minor Service Outage' }
  if (isAny('degraded', 'unknown') || overall !== 'operational') {
    const isWhole = !isAny('operational')
    return { indicator: 'minor', description: isWhole ? 'Degraded System Service' : 'Partially Degraded Service' }
  }
  if (isAny('maintenance')) return { indicator: 'maintenance', description: 'Service Under Maintenance' }
  return { indicator: 'none', description: 'All Systems Operational' }
}

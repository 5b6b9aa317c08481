import { impactFromProto, type ImpactName, type PublicIncident } from '@akashic/proto'
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

/** The page as a whole: the worse of what is measured and of what is told. An incident that is only being watched, or of
 *  which no impact was measured, is no trouble any more.
 *  @param components the public ones, as they are told.
 *  @param incidents those that are unresolved. */
export function statusRow(
  components: readonly Pick<SnapshotComponent, 'status' | 'critical'>[],
  incidents: readonly Pick<PublicIncident, 'status' | 'impact'>[],
  overall: OverallName,
): StatusRow {
  const told = incidents
    .filter(({ status }) => status !== 'INCIDENT_STATUS_MONITORING')
    .map(({ impact }) => ofImpact[impactFromProto(impact)])
  const all = [measuredRow(components, overall), ...told.filter((row) => row !== null)]
  return all.reduce((worst, row) => (gravityOf(row) > gravityOf(worst) ? row : worst))
}

const ofImpact: Readonly<Record<ImpactName, StatusRow | null>> = {
  none: null,
  minor: { indicator: 'minor', description: 'Minor Service Outage' },
  major: { indicator: 'major', description: 'Partial System Outage' },
  critical: { indicator: 'critical', description: 'Major System Outage' },
}

const gravityOf = ({ indicator }: StatusRow): number =>
  ['none', 'maintenance', 'minor', 'major', 'critical'].indexOf(indicator)

/** What the checks say. `none` only when every component is known to be operational; one that was not measured makes it
 *  `minor`, and maintenance shows only when all else is well. */
function measuredRow(
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

import type { ComponentStatus } from '../status/component-status.ts'
import { impacts, type Impact, type IncidentComponent } from './incident.ts'

/** From best to worst. What was not measured is no evidence of damage, but it is no good news either. */
const byBadness: readonly ComponentStatus[] = [
  'operational',
  'maintenance',
  'unknown',
  'degraded',
  'partial_outage',
  'outage',
]

/** The worse of two statuses. */
export function worse(a: ComponentStatus, b: ComponentStatus): ComponentStatus {
  return byBadness.indexOf(a) >= byBadness.indexOf(b) ? a : b
}

/** True of what users feel: degraded or worse. */
export function isImpaired(status: ComponentStatus): boolean {
  return byBadness.indexOf(status) >= byBadness.indexOf('degraded')
}

/** Impact of an incident, by the worst that its components were during it: critical when a critical one was out, major
 *  when a critical one was partly out or another one was out, minor for any lesser damage, none when there was none. */
export function impactOf(components: readonly Pick<IncidentComponent, 'critical' | 'worstStatus'>[]): Impact {
  const worst = Math.max(0, ...components.map((component) => impacts.indexOf(impactOfOne(component))))
  return impacts[worst]!
}

/** The impact as those may know it who do not know of internal components. */
export function toldImpactOf(components: readonly IncidentComponent[]): Impact {
  return impactOf(components.filter(({ visibility }) => visibility === 'public'))
}

function impactOfOne({ critical, worstStatus }: Pick<IncidentComponent, 'critical' | 'worstStatus'>): Impact {
  if (!isImpaired(worstStatus)) return 'none'
  if (worstStatus === 'outage') return critical ? 'critical' : 'major'
  return worstStatus === 'partial_outage' && critical ? 'major' : 'minor'
}

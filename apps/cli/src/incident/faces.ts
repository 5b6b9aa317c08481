import type { Paint } from '../terminal/paint.ts'
import type { IncidentStatusName, SeverityName } from './incident.ts'

const statusFaces: Readonly<Record<IncidentStatusName, { icon: string; colour: keyof Paint }>> = {
  investigating: { icon: '✖', colour: 'red' },
  identified: { icon: '▲', colour: 'orange' },
  monitoring: { icon: '◐', colour: 'blue' },
  resolved: { icon: '●', colour: 'green' },
  postmortem: { icon: '●', colour: 'green' },
}

/** The icon of a status, and the colour that goes with it. */
export function incidentStatusFace(
  status: IncidentStatusName,
  paint: Paint,
): { readonly icon: string; readonly paint: (text: string) => string } {
  const { icon, colour } = statusFaces[status]
  return { icon, paint: paint[colour] }
}

/** Major ones, SEV-1 and SEV-2, stand out. */
export function paintOfSeverity(severity: SeverityName, paint: Paint): (text: string) => string {
  if (severity === 'SEV-1') return paint.red
  return severity === 'SEV-2' ? paint.orange : paint.yellow
}

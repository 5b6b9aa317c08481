import type { Paint } from './paint.ts'

export const statusNames = ['outage', 'partial_outage', 'degraded', 'unknown', 'maintenance', 'operational'] as const
/** Worst first. */
export type StatusName = (typeof statusNames)[number]

const faces: Readonly<Record<StatusName, { icon: string; word: string; counted: string; colour: keyof Paint }>> = {
  outage: { icon: '✖', word: 'outage', counted: 'out', colour: 'red' },
  partial_outage: { icon: '◐', word: 'partial outage', counted: 'partly out', colour: 'orange' },
  degraded: { icon: '▲', word: 'degraded', counted: 'degraded', colour: 'yellow' },
  unknown: { icon: '?', word: 'unknown', counted: 'unknown', colour: 'grey' },
  maintenance: { icon: '⚙', word: 'maintenance', counted: 'in maintenance', colour: 'blue' },
  operational: { icon: '●', word: 'operational', counted: 'operational', colour: 'green' },
}

/** The status as an icon and a word, and the colour that goes with it. */
export function statusFace(
  status: StatusName,
  paint: Paint,
): { text: string; word: string; paint: (text: string) => string } {
  const { icon, word, colour } = faces[status]
  return { text: `${icon} ${word}`, word, paint: paint[colour] }
}

/** Order of `a` and `b`, worst first. */
export function byUrgency(a: StatusName, b: StatusName): number {
  return statusNames.indexOf(a) - statusNames.indexOf(b)
}

/** `2 out`, `3 operational`. */
export function countedStatus(count: number, status: StatusName): string {
  return `${count} ${faces[status].counted}`
}

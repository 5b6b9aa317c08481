import type { Paint } from '../terminal/paint.ts'
import type { Alert } from './alert.ts'

const faces: Readonly<Record<Alert['severity'], { icon: string; colour: keyof Paint }>> = {
  critical: { icon: '✖', colour: 'red' },
  warning: { icon: '▲', colour: 'orange' },
  info: { icon: '◐', colour: 'blue' },
}

/** The severity as an icon, and the colour that goes with it. */
export const severityFace = (severity: Alert['severity']): (typeof faces)[Alert['severity']] => faces[severity]

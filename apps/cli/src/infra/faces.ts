import type { Paint } from '../terminal/paint.ts'

interface Face {
  readonly icon: string
  readonly colour: keyof Paint
}

const faces: Readonly<Record<string, Face>> = {
  critical: { icon: '✖', colour: 'red' },
  problems: { icon: '✖', colour: 'red' },
  warning: { icon: '▲', colour: 'orange' },
  info: { icon: '·', colour: 'grey' },
  unknown: { icon: '?', colour: 'grey' },
  healthy: { icon: '●', colour: 'green' },
  ok: { icon: '●', colour: 'green' },
}

/** A state as an icon, and the colour that goes with it. */
export const faceOf = (state: string): Face => faces[state] ?? faces['unknown']!

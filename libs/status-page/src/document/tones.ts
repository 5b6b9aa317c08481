import type { Status } from '../model.ts'

/** Each status's colour on light ground, and under white letters: 4.5:1 at least. */
export const tones: Readonly<Record<Status, string>> = {
  operational: '#1a7f37',
  degraded: '#9a6700',
  partial_outage: '#bc4c00',
  outage: '#cf222e',
  maintenance: '#0969da',
  unknown: '#6e7781',
}

import type { ComponentSpec } from '@akashic/config'
import type { Json } from './merge-patch.ts'

/** A component as one entry of `components:` in akashic.yaml writes it. */
export type Definition = { readonly [key: string]: Json }

const durations = new Set(['interval', 'timeout', 'grace', 'expiresWithin', 'certificateExpiresWithin'])

/** The definition that reads as `spec`: durations as text, everything else as it is. */
export function definitionOf(spec: ComponentSpec): Definition {
  const checks = spec.checks.map((check) =>
    Object.fromEntries(
      Object.entries(check).map(([key, value]) => [
        key,
        durations.has(key) && typeof value === 'number' ? durationText(value) : value,
      ]),
    ),
  )
  return JSON.parse(JSON.stringify({ ...spec, renamedFrom: undefined, checks })) as Definition
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const

/** A duration of whole milliseconds as akashic.yaml writes it: 90000 is `90s`. */
export function durationText(ms: number): string {
  const [unit, size] = units.find(([, size]) => ms % size === 0 && ms >= size) ?? ['ms', 1]
  return `${ms / size}${unit}`
}

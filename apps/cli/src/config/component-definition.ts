import { formatDuration, type ComponentSpec } from '@akashic/config'

/** A component with every key written out, durations as text: the form in which two can be compared. */
export type Definition = Readonly<Record<string, unknown>> & { readonly id: string; readonly name: string }

const durationKeys = new Set(['interval', 'timeout', 'grace', 'expiresWithin', 'certificateExpiresWithin'])

export function definitionOf(spec: ComponentSpec): Definition {
  const { renamedFrom: _, ...lasting } = spec
  return { ...lasting, checks: spec.checks.map((check) => withDurationsAsText(check)) }
}

function withDurationsAsText(check: object): object {
  return Object.fromEntries(
    Object.entries(check).map(([key, value]) => [
      key,
      durationKeys.has(key) && typeof value === 'number' ? formatDuration(value) : value,
    ]),
  )
}

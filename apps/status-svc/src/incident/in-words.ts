import type { IncidentComponent } from './incident.ts'

const mostNamed = 5

/** `Web, Search and 3 more`, the root first, each name written by `write`. No internal component is named. */
export function namedComponents(
  components: readonly Pick<IncidentComponent, 'name' | 'visibility' | 'isRoot'>[],
  write = (name: string) => name,
): string {
  const open = components
    .filter(({ visibility }) => visibility === 'public')
    .toSorted((a, b) => Number(b.isRoot) - Number(a.isRoot) || (a.name < b.name ? -1 : 1))
  if (open.length === 0) return components.length > 0 ? 'internal components' : 'some of our services'
  const names = open.slice(0, mostNamed).map(({ name }) => write(name))
  if (open.length > mostNamed) names.push(`${open.length - mostNamed} more`)
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const

/** `15 minutes`, `1 hour`, `90 seconds`. */
export function durationInWords(ms: number): string {
  const [unit, size] = units.find(([, size]) => ms >= size && ms % size === 0) ?? units.at(-1)!
  const count = Math.round(ms / size)
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

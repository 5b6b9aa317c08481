import { RE2JS } from 're2js'
import type { Labels } from '../alert/alert.ts'

/** One condition on a label, as those of Alertmanager: `name=value`, `name!=value`, `name=~pattern`, `name!~pattern`. */
export interface Matcher {
  readonly name: string
  readonly value: string
  readonly isRegex: boolean
  readonly isEqual: boolean
}

/** No page and no notification of an alert for what matches, until its end. It hides nothing from the status page. */
export interface Silence {
  readonly num: number
  readonly id: string
  readonly version: number
  readonly matchers: readonly Matcher[]
  readonly author: string
  readonly reason: string
  readonly createdAtMs: number
  readonly startMs: number
  readonly endMs: number
}

export const isActive = ({ startMs, endMs }: Pick<Silence, 'startMs' | 'endMs'>, atMs: number): boolean =>
  startMs <= atMs && atMs < endMs

/** True when every matcher fits; a label that is not there counts as empty. */
export function isMuted({ matchers }: Pick<Silence, 'matchers'>, labels: Labels): boolean {
  return matchers.every((matcher) => fits(matcher, valueOf(labels, matcher.name)))
}

/** Until when all of `subjects` are muted, each by one of the silences that are active at `atMs`; null when one is not. */
export function mutedUntilMs(silences: readonly Silence[], subjects: readonly Labels[], atMs: number): number | null {
  const active = silences.filter((silence) => isActive(silence, atMs))
  const ends = subjects.map((labels) =>
    Math.max(...active.filter((silence) => isMuted(silence, labels)).map(({ endMs }) => endMs)),
  )
  return ends.length > 0 && ends.every(Number.isFinite) ? Math.min(...ends) : null
}

/** Of its own labels alone: `constructor` is a name like any other. */
const valueOf = (labels: Labels, name: string): string => (Object.hasOwn(labels, name) ? labels[name]! : '')

export function fits({ value, isRegex, isEqual }: Matcher, found: string): boolean {
  return (isRegex ? patternOf(value).matches(found) : value === found) === isEqual
}

const longestPattern = 1_000
/** Instructions of a compiled pattern. A short one with nested repeats has 100,000 and takes half a minute for one label;
 *  1,000 letters have about as many. */
const mostInstructions = 1_500
const patterns = new Map<string, RE2JS>()
const keptPatterns = 1_000

/** What is wrong with a pattern; null when nothing is. */
export function patternProblem(pattern: string): string | null {
  if (pattern.length > longestPattern) return `must not be longer than ${longestPattern} characters`
  try {
    return RE2JS.compile(pattern).programSize() > mostInstructions ? 'must not repeat so much' : null
  } catch {
    return 'must be a regular expression (RE2)'
  }
}

function patternOf(pattern: string): RE2JS {
  const known = patterns.get(pattern)
  if (known) return known
  if (patterns.size >= keptPatterns) patterns.clear()
  const compiled = RE2JS.compile(pattern)
  patterns.set(pattern, compiled)
  return compiled
}

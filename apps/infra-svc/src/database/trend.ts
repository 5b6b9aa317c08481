import type { WatchedDatabase } from './databases.ts'
import type { Level, Sample } from './engine.ts'
import type { DatabaseDeps } from './show-database.ts'
import { samplesBetween, type KeptSample } from './store.ts'

const dayMs = 86_400_000
const stepMs = dayMs / 4
/** For as long samples are kept. */
const mostMs = 7 * dayMs
/** From how long on what grew is told by the day. */
const leastMs = stepMs

export interface Trend {
  readonly what: string
  readonly unit: Level['unit']
  readonly first: number
  readonly now: number
  /** When that was measured. */
  readonly at: string
  readonly least: number
  readonly most: number
  /** How much it grows in a day, by the straight line that fits best. Null where less than 6 h are known. */
  readonly perDay: number | null
}

/** How levels came to be what they are, over a week at most. Null where nothing was kept, or nothing can be read now. */
export async function trendOf(
  { db, clock }: Pick<DatabaseDeps, 'db' | 'clock'>,
  { spec, engine }: WatchedDatabase,
  sample: Sample | null,
) {
  if (sample === null) return null
  const now = clock.now()
  const all = await samplesBetween(db, spec.name, new Date(now - mostMs), new Date(now), stepMs).catch(() => [])
  const kept = all.filter((each) => each.sample.kind === engine.kind)
  if (kept.length === 0) return null
  const points = [...kept, { at: new Date(now), sample }]
  return { since: kept[0]!.at.toISOString(), items: trendsIn(points, (each) => engine.levelsOf(each)) }
}

/** @param points the oldest first, and the last of them that of now */
export function trendsIn(
  points: readonly KeptSample[],
  levelsOf: (sample: Sample) => readonly Level[],
): readonly Trend[] {
  const told = points.map(({ at, sample }) => ({ atMs: at.getTime(), levels: levelsOf(sample) }))
  return (told.at(-1)?.levels ?? []).map(({ what, unit, value, at }) => {
    const series = told.flatMap(({ atMs, levels }) =>
      levels.filter((level) => level.what === what).map((level) => ({ atMs, value: level.value })),
    )
    const values = series.map((each) => each.value)
    return {
      ...{ what, unit, first: values[0] ?? value, now: value, at: at ?? points.at(-1)!.at.toISOString() },
      ...{ least: Math.min(...values), most: Math.max(...values), perDay: slopeOf(series) },
    }
  })
}

function slopeOf(series: readonly { readonly atMs: number; readonly value: number }[]): number | null {
  const [first, last] = [series[0], series.at(-1)]
  if (!first || !last || last.atMs - first.atMs < leastMs) return null
  const mean = (of: readonly number[]): number => of.reduce((total, each) => total + each, 0) / of.length
  const days = series.map(({ atMs }) => (atMs - first.atMs) / dayMs)
  const [middle, usual] = [mean(days), mean(series.map(({ value }) => value))]
  const spread = days.reduce((total, day) => total + (day - middle) ** 2, 0)
  return series.reduce((total, { value }, at) => total + (days[at]! - middle) * (value - usual), 0) / spread
}

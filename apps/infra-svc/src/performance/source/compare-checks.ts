import { compareOver, type Compared } from '../comparison.ts'
import { fewAtOnce } from '../few-at-once.ts'
import type { Measures, Span } from '../measures.ts'
import type { Spans } from '../spans.ts'
import { measureChecks, type ChecksClient, type ChecksReading } from './measure-checks.ts'

const atOnce = 8

/** What our own checks say of components now and before. The times that all of them share are asked for once. */
export async function compareChecks(
  status: ChecksClient,
  spansOfComponent: ReadonlyMap<string, Spans>,
  reading: ChecksReading,
): Promise<readonly Compared[]> {
  const ids = [...spansOfComponent.keys()]
  const [first] = spansOfComponent.values()
  if (first === undefined) return []
  const shared = new Map(
    [first.window, first.lastWeek].map((span) => [keyOf(span), measureChecks(status, ids, span, reading)]),
  )
  return fewAtOnce(ids, atOnce, (id) =>
    compareOver(spansOfComponent.get(id)!, async (span): Promise<Measures> => {
      const measured = await (shared.get(keyOf(span)) ?? measureChecks(status, [id], span, reading))
      return measured.find(({ component }) => component === id)!
    }),
  )
}

const keyOf = ({ fromMs, toMs }: Span): string => `${fromMs} ${toMs}`

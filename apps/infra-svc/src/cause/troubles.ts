import type { GroupedFinding } from '../finding/group-findings.ts'
import type { Walked } from './walk.ts'
import { referenceText } from '@akashic/kubernetes'

export interface Trouble {
  readonly symptoms: readonly GroupedFinding[]
  readonly walks: readonly Walked[]
}

const rank = { critical: 0, warning: 1, info: 2 } as const

/** Parts the symptoms into troubles that have nothing to do with each other: two belong together when a finding or a
 *  possible cause is a reason of both. The worst first, then the one that most suffers from. */
export function partTroubles(symptoms: readonly GroupedFinding[], walks: readonly Walked[]): readonly Trouble[] {
  const groupOf = new Map<string, number>()
  const parents: number[] = symptoms.map((_, index) => index)
  const rootOf = (index: number): number => (parents[index] === index ? index : rootOf(parents[index]!))
  walks.forEach(({ passed, paths }, index) => {
    for (const key of [...passed, ...paths.map(({ object }) => referenceText(object))]) {
      const known = groupOf.get(key)
      if (known === undefined) groupOf.set(key, index)
      else parents[rootOf(index)] = rootOf(known)
    }
  })
  const groups = Map.groupBy(symptoms.keys(), rootOf)
  return [...groups.values()]
    .map((indexes) => ({ symptoms: indexes.map((i) => symptoms[i]!), walks: indexes.map((i) => walks[i]!) }))
    .toSorted(compare)
}

const worst = ({ symptoms }: Trouble): number => Math.min(...symptoms.map(({ severity }) => rank[severity]))
const first = ({ symptoms }: Trouble): string => symptoms.map(({ id }) => id).toSorted()[0]!

const compare = (a: Trouble, b: Trouble): number =>
  worst(a) - worst(b) || b.symptoms.length - a.symptoms.length || first(a).localeCompare(first(b))

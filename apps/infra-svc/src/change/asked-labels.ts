import type { ClusterModel, PodSpec, Resource } from '@akashic/kubernetes'

/** For so long what is asked for is not gathered anew, ms: pods without a workload may ask for more meanwhile. */
const heldMs = 10_000

/** The labels of nodes that pods, workloads and volumes ask for by their keys. Others decide nothing. Gathered when they are
 *  needed, and again once a workload or a volume may ask for others.
 *  @param now ms since 1970. */
export function followAskedLabels(model: ClusterModel, now: () => number) {
  let held: { readonly keys: ReadonlySet<string>; readonly until: number } | undefined
  const forget = model.onChange((before, after) => {
    if (after !== undefined && mayAskAnew(before, after)) held = undefined
  })
  return {
    keys: (): ReadonlySet<string> => {
      if (held === undefined || held.until < now()) held = { keys: gather(model), until: now() + heldMs }
      return held.keys
    },
    stop: forget,
  }
}

const specOf = (object: Resource | undefined): PodSpec | undefined =>
  object !== undefined && 'template' in object ? object.template.spec : undefined

function mayAskAnew(before: Resource | undefined, after: Resource): boolean {
  if (after.kind === 'PersistentVolume') return before === undefined
  const spec = specOf(after)
  return spec !== undefined && spec !== specOf(before)
}

function gather(model: ClusterModel): ReadonlySet<string> {
  // Pods of one template share what it says.
  const specs = new Set([...model.all('Pod')].map(({ spec }) => spec))
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'] as const) {
    for (const object of model.all(kind)) {
      const spec = specOf(object)
      if (spec) specs.add(spec)
    }
  }
  const volumes = [...model.all('PersistentVolume')].flatMap(({ nodeTerms }) => nodeTerms.flat())
  return new Set([...volumes.map(({ key }) => key), ...[...specs].flatMap(keysOf)])
}

const keysOf = ({ nodeSelector, affinity, topologySpread }: PodSpec): readonly string[] => [
  ...Object.keys(nodeSelector),
  ...keysIn(affinity),
  ...topologySpread.flatMap(keysIn),
]

/** Whatever names a label in affinities and constraints, be it of nodes or of pods. */
function keysIn(raw: unknown): readonly string[] {
  if (typeof raw !== 'object' || raw === null) return []
  return Object.entries(raw).flatMap(([field, value]) =>
    typeof value === 'string' ? (field === 'key' || field === 'topologyKey' ? [value] : []) : keysIn(value),
  )
}

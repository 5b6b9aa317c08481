import { referenceTo, type ClusterView, type Reference } from '@akashic/kubernetes'
import { fieldQuote } from '../analyse/quote.ts'
import type { Evidence, Severity } from '../finding/finding.ts'
import { advise, worstFirst, type Advice } from './advice.ts'
import { quantityText, waitText, type ResourceName } from './amounts.ts'
import { rightSize, type HeldAt, type Sized } from './right-size.ts'
import { resourcesOf, type ContainerResources, type Workload } from './scaled-workload.ts'
import type { ContainerUse, WorkloadUse } from '../usage/shares.ts'
import { minutesToWait, type History } from './use.ts'

/** What one container of a workload asks for, what it used, and what it should ask for. */
export interface AuditedContainer extends ContainerResources {
  /** Null where too little was measured. */
  readonly use: ContainerUse | null
  readonly sized: readonly Sized[]
  /** Why its use is not known, or cannot be judged; '' where it is. */
  readonly unknown: string
}

export interface AuditedWorkload {
  readonly workload: Reference
  readonly replicas: number
  readonly containers: readonly AuditedContainer[]
  readonly advice: readonly Advice[]
}

export interface WorkloadFacts {
  readonly view: ClusterView
  readonly use: WorkloadUse | undefined
  readonly history: History
  readonly heldAt: HeldAt
  /** Name of the VerticalPodAutoscaler that writes its requests; null where none does. */
  readonly sizedBy: string | null
  /** Why no use is measured now; '' where it is. */
  readonly unmeasured: string
  /** Why it is not known what sets its replicas and requests; '' where it is. */
  readonly unseen: string
}

/** What the containers of a workload ask for against what they used. */
export function auditWorkload(workload: Workload, facts: WorkloadFacts): AuditedWorkload {
  const containers = resourcesOf(facts.view, workload).map((resources) => containerOf(resources, facts))
  const isIdle = workload.replicas === 0
  return {
    workload: referenceTo(workload),
    replicas: workload.replicas,
    containers,
    advice: isIdle || facts.sizedBy !== null ? [] : worstFirst(containers.flatMap((each) => adviceOn(workload, each))),
  }
}

function containerOf(resources: ContainerResources, facts: WorkloadFacts): AuditedContainer {
  const use = facts.use?.containers.find(({ container }) => container === resources.container)
  const wait = minutesToWait(use, facts.history)
  if (use && wait === 0)
    return {
      ...resources,
      use,
      sized: facts.sizedBy === null && facts.unseen === '' ? rightSize(use, resources, facts.heldAt) : [],
      unknown: facts.unseen,
    }
  return { ...resources, use: null, sized: [], unknown: whyUnknown(use, wait, facts.unmeasured) }
}

function whyUnknown(use: ContainerUse | undefined, wait: number, unmeasured: string): string {
  const measured = use === undefined ? 'it was not measured yet' : `${waitText(use.minutes)} of it were measured`
  if (unmeasured === '') return `${measured}: wait ${waitText(wait)} more`
  return use === undefined ? unmeasured : `${measured}, and no more now: ${unmeasured}`
}

const severities: Readonly<Record<Sized['rule'], Severity>> = {
  ...{ 'requests-missing': 'warning', 'under-requested': 'warning', 'over-requested': 'info' },
  ...{ 'memory-limit-missing': 'info', 'memory-limit-near': 'warning', 'cpu-throttled': 'warning' },
}

/** One piece of advice for each rule, with the resources that it is about. */
function adviceOn(workload: Workload, container: AuditedContainer): readonly Advice[] {
  const byRule = Map.groupBy(container.sized, ({ rule }) => rule)
  if (container.use === null) return unsized(workload, container)
  return [...byRule].map(([rule, sized]) =>
    advise(workload, {
      ...{ rule, severity: severities[rule], part: container.container },
      summary: `Container ${container.container} ${wordsOf(rule, sized)}.`,
      evidence: sized.flatMap((each) => [fieldOf(workload, container, each), useOf(workload, container.use!, each)]),
      arithmetic: sized.map(({ resource, field, arithmetic }) => `${resource} ${field}: ${arithmetic}`),
    }),
  )
}

/** That nothing is asked for can be seen without any history. */
function unsized(workload: Workload, { container, requests }: AuditedContainer): readonly Advice[] {
  const missing = (['cpu', 'memory'] as const).filter((resource) => requests[resource] === null)
  if (missing.length === 0) return []
  return [
    advise(workload, {
      ...{ rule: 'requests-missing', severity: severities['requests-missing'], part: container },
      summary: `Container ${container} has no request for ${missing.join(' and ')}; how much it needs is not known yet.`,
      evidence: missing.map((resource) => fieldQuote(workload, pathOf(container, 'requests', resource), 'not set')),
    }),
  ]
}

function wordsOf(rule: Sized['rule'], sized: readonly Sized[]): string {
  const names = [...new Set(sized.map(({ resource }) => resource))].join(' and ')
  const main = sized[0]!
  const now = main.now === null ? '' : quantityText(main.resource, main.now)
  switch (rule) {
    case 'requests-missing':
      return `has no request for ${names}: the scheduler does not count it, and it is among the first to be evicted`
    case 'under-requested':
      return `uses more ${names} than it asks for: it lives on what others leave`
    case 'over-requested':
      return `asks for much more ${names} than it uses: nobody else can have it`
    case 'memory-limit-missing':
      return 'has no memory limit: a leak takes the memory of its node'
    case 'memory-limit-near':
      return `came near its memory limit of ${now}: it is killed when it reaches it`
    case 'cpu-throttled':
      return `runs into its CPU limit of ${now}: it is slowed down there`
  }
}

const pathOf = (container: string, field: Sized['field'], resource: ResourceName): string =>
  `spec.template.spec.containers[${container}].resources.${field}.${resource}`

function fieldOf(workload: Workload, { container }: AuditedContainer, { field, resource, now }: Sized): Evidence {
  const shown = now === null ? 'not set' : quantityText(resource, now)
  return fieldQuote(workload, pathOf(container, field, resource), shown)
}

function useOf(workload: Workload, use: ContainerUse, { resource }: Sized): Evidence {
  const shares = (['p50', 'p95', 'p99', 'max'] as const).map(
    (share) => `${share} ${quantityText(resource, use[resource][share])}`,
  )
  return {
    ...{ kind: 'metric', object: referenceTo(workload), where: `${resource} of ${use.container}`, at: null },
    quote: `${shares.join(', ')} over ${waitText(use.minutes)}`,
  }
}

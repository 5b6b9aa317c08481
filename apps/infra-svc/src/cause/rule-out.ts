import { conditionOf, referencesOf, referenceText, referenceTo, type Pod, type Reference } from '@akashic/kubernetes'
import type { GroupedFinding } from '../finding/group-findings.ts'
import type { OpenCase } from './case.ts'
import type { Cause, RuledOut } from './diagnosis.ts'
import { wasRead, windowMs } from './links/changed.ts'
import { neighboursOf } from './scope.ts'
import { onsetOf } from './onset.ts'
import { workloadsBehind } from './links/depends.ts'
import { hostSettings, serviceNamed } from './settings.ts'
import type { Trouble } from './troubles.ts'

const most = 12

/** What could have been the cause of a trouble, and what shows that it is not. Only what was really seen is told. */
export function ruleOut(open: OpenCase, trouble: Trouble | null, causes: readonly Cause[]): readonly RuledOut[] {
  if (trouble === null) return []
  const blamed = new Set(causes.map(({ object }) => referenceText(object)))
  const pods = podsIn(open, trouble)
  const onset = Math.min(...trouble.symptoms.map((symptom) => onsetOf(open, symptom) ?? open.now))
  const all = [
    ...nodes(open, pods),
    ...nameService(open),
    ...configuration(open, pods, onset),
    ...services(open, pods, blamed),
    ...quotas(open, trouble.symptoms),
    ...otherChanges(open, trouble, pods, onset),
  ]
  return all.filter(({ object }) => !blamed.has(referenceText(object))).slice(0, most)
}

function podsIn(open: OpenCase, { symptoms }: Trouble): readonly Pod[] {
  const pods = symptoms.flatMap((symptom) => open.podsOf(symptom))
  return [...new Map(pods.map((pod) => [pod.uid, pod])).values()]
}

function nodes(open: OpenCase, pods: readonly Pod[]): readonly RuledOut[] {
  const names = [...new Set(pods.map(({ nodeName }) => nodeName).filter((name) => name !== ''))].toSorted()
  return names.slice(0, 3).flatMap((name) => {
    const node = open.view.get('Node', '', name)
    if (!node || open.findingsOn(node).length > 0 || conditionOf(node, 'Ready')?.status !== 'True') return []
    return {
      object: referenceTo(node),
      hypothesis: 'the node is broken',
      observation: 'Ready is True and no pressure is reported',
    }
  })
}

function nameService(open: OpenCase): readonly RuledOut[] {
  const service = open.view.get('Service', 'kube-system', 'kube-dns')
  if (!service || open.findingsOn(service).length > 0) return []
  const ready = readyEndpoints(open, service)
  if (ready === 0) return []
  return [
    { object: referenceTo(service), hypothesis: 'names are not resolved', observation: `${ready} endpoints are ready` },
  ]
}

function readyEndpoints({ view }: OpenCase, service: Reference): number {
  let ready = 0
  for (const slice of view.inNamespace('EndpointSlice', service.namespace)) {
    if (slice.service === service.name) ready += slice.endpoints.filter(({ isReady }) => isReady).length
  }
  return ready
}

function configuration(open: OpenCase, pods: readonly Pod[], onset: number): readonly RuledOut[] {
  const used = new Map<string, Reference>()
  for (const { namespace, spec } of pods) {
    for (const { kind, name } of referencesOf(spec)) used.set(`${kind}/${name}`, { kind, namespace, name })
  }
  return [...used.values()].flatMap((reference) => {
    const object = open.view.find(reference)
    if (!object) return []
    const changed = open.changesOf(reference).filter(({ at }) => at > onset - windowMs)
    if ((object.createdAt ?? 0) > onset - windowMs) return []
    if (changed.some((change) => wasRead(pods, change))) return []
    const { since = 0 } = open
    const unchanged = since > onset - windowMs ? `since ${new Date(since).toISOString()}` : 'in the two hours before'
    const observation =
      changed.length > 0
        ? 'it exists, and no process that uses it was started since it was changed'
        : `it exists, and was not changed ${unchanged}`
    return { object: reference, hypothesis: 'its configuration was changed or is missing', observation }
  })
}

function services(open: OpenCase, pods: readonly Pod[], blamed: ReadonlySet<string>): readonly RuledOut[] {
  const found = new Map<string, RuledOut>()
  for (const pod of pods.slice(0, 5)) {
    for (const { host } of hostSettings(open.view, pod)) {
      const service = serviceNamed(open.view, pod.namespace, host)
      if (!service || open.findingsOn(service).length > 0) continue
      const ready = readyEndpoints(open, service)
      if (ready === 0 || workloadsBehind(open, service).some((each) => blamed.has(referenceText(each)))) continue
      const object = referenceTo(service)
      found.set(host, { object, hypothesis: 'what it depends on is down', observation: `${ready} endpoints are ready` })
    }
  }
  return [...found.values()]
}

function quotas(open: OpenCase, symptoms: readonly GroupedFinding[]): readonly RuledOut[] {
  const namespaces = [...new Set(symptoms.map(({ object }) => object.namespace))].filter((name) => name !== '')
  return namespaces.flatMap((namespace) =>
    [...open.view.inNamespace('ResourceQuota', namespace)].flatMap((quota) =>
      open.findingsOn(quota).length > 0
        ? []
        : {
            object: referenceTo(quota),
            hypothesis: 'the quota is used up',
            observation: 'nothing of it is at its limit',
          },
    ),
  )
}

/** Changes that happened before, to objects that nothing which suffers depends on. A quota is every pod's. */
function otherChanges(open: OpenCase, trouble: Trouble, pods: readonly Pod[], onset: number): readonly RuledOut[] {
  const near = nearTo(open, trouble, pods)
  const namespaces = new Set(trouble.symptoms.map(({ object }) => object.namespace))
  return open.changes
    .filter(({ at, kind, object }) => {
      const isBefore = namespaces.has(object.namespace) && at <= onset && at > onset - windowMs
      return isBefore && kind !== 'created' && kind !== 'quota' && !near.has(referenceText(object))
    })
    .toReversed()
    .map(({ object, summary }) => ({
      object,
      hypothesis: `it was changed before: ${summary}`,
      observation: 'nothing that suffers uses what was changed',
    }))
}

/** Everything that what suffers could feel the change of. */
function nearTo(open: OpenCase, { walks }: Trouble, pods: readonly Pod[]): ReadonlySet<string> {
  const passed = new Set(walks.flatMap((walked) => [...walked.passed]))
  const findings = open.findings.filter(({ id }) => passed.has(id))
  const suffering = findings.flatMap(({ object, involves }) => [object, ...involves])
  const told = pods.flatMap((pod) =>
    hostSettings(open.view, pod).flatMap(({ host }) => {
      const service = serviceNamed(open.view, pod.namespace, host)
      return service ? [referenceTo(service), ...workloadsBehind(open, service)] : []
    }),
  )
  const near = [
    ...suffering.flatMap((workload) => [...neighboursOf(open, workload), ...open.dependencies(workload)]),
    ...told,
  ]
  return new Set(near.map(referenceText))
}

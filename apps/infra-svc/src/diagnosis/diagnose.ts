import type { ClusterClient, ClusterView, Pod, Reference } from '@akashic/kubernetes'
import { analyse, neededKinds } from '../analyse/analyse.ts'
import type { Look } from '../analyse/analyser.ts'
import { controllerPods, routesTo } from '../analyse/network/ingress-controllers.ts'
import { podsOf } from '../analyse/owner.ts'
import { openCase, type Case } from '../cause/case.ts'
import type { Diagnosis, Scope } from '../cause/diagnosis.ts'
import { explain } from '../cause/explain.ts'
import { symptomsIn } from '../cause/scope.ts'
import { walk } from '../cause/walk.ts'
import type { Change } from '../change/change.ts'
import type { LogTail } from '../log/log-lines.ts'
import { groupFindings, type GroupedFinding } from '../finding/group-findings.ts'
import { readReleases } from '../helm/read-releases.ts'
import { releaseFindings } from '../helm/release-findings.ts'
import type { Runbook } from '../runbook/runbook.ts'
import { hasLogs, readLogs } from '../log/read-logs.ts'
import { hideInDocument } from '../redaction/hide-credentials.ts'
import { readVolumeUse } from '../storage/read-volume-use.ts'
import type { Progress } from './store.ts'
import { targetFindings } from './target-findings.ts'
import { unreadReleases, withheldSecrets } from './unread-secrets.ts'

export interface DiagnoseDeps {
  readonly view: ClusterView
  readonly client: Pick<ClusterClient, 'get' | 'getText'>
  /** Namespaces whose Helm releases may be read. */
  readonly secretNamespaces: readonly string[]
  /** ms since 1970. */
  readonly now: number
  readonly changes: readonly Change[]
  /** Only what began, happened again or was changed since then counts, ms since 1970; all that is known unless given. */
  readonly since?: number | undefined
  /** Workloads that a workload depends on, as the components say. */
  readonly dependencies: (workload: Reference) => readonly Reference[]
  readonly runbooks: readonly Runbook[]
  /** What is wrong with what its workloads use outside the cluster. */
  readonly outside?: readonly GroupedFinding[]
  readonly signal?: AbortSignal
  /** Hears which step begins; what it throws ends the diagnosis. */
  readonly onProgress?: (step: Progress) => Promise<void>
}

/** What one round of reading logs may bring up is looked into in the next. */
const rounds = 3
/** What ingress controllers logged before says nothing of the routes of now. */
const routeSeconds = 900
/** Nodes whose kubelets are asked how full the claims are. */
const mostMeasured = 8

/** Looks at what suffers in the scope and at what that leads to, reads the logs of both, and says why. What it quotes is
 *  without credentials. */
export async function diagnose(deps: DiagnoseDeps, scope: Scope): Promise<Diagnosis> {
  const { view, now, since, changes, dependencies, runbooks } = deps
  const read = new Map<string, readonly LogTail[]>()
  const logs = (uid: string): readonly LogTail[] => read.get(uid) ?? []
  let look: Look = { view, now, logs }
  const releases = await readReleases(deps.client, deps.secretNamespaces)
  const besides = [
    ...groupFindings(view, targetFindings(view, scope, changes)),
    ...groupFindings(view, releaseFindings(view, releases.releases, now)),
    ...(deps.outside ?? []),
  ]
  const unmeasured = new Map<string, string>()
  const unreadLogs = new Map<string, string>()
  const onUnread = ({ namespace, name }: Pod, reason: string): void =>
    void unreadLogs.set(`log of Pod ${namespace}/${name}`, reason)
  const findings = () => [...analyse(look), ...besides]
  const asked = { changes, dependencies, runbooks, ...(since !== undefined && { since }) }
  let known: Case = { ...look, ...asked, findings: findings() }
  const measured = await measureClaims(deps, podsToRead(known, scope))
  if (measured !== null) {
    for (const { node, reason } of measured.problems) unmeasured.set(`how full the claims on Node ${node} are`, reason)
    look = { ...look, volumeUse: measured.lookup }
    known = { ...known, findings: findings() }
  }
  const controllers = controllersToRead(known, scope)
  for (const [uid, tails] of await readLogs(deps.client, controllers, deps.signal, {
    ...{ sinceSeconds: routeSeconds, onUnread },
  })) {
    read.set(uid, tails)
  }
  if (controllers.length > 0) known = { ...known, findings: findings() }
  const toRead = (): readonly Pod[] => podsToRead(known, scope).filter((pod) => !read.has(pod.uid) && hasLogs(pod))
  for (let round = 0; round < rounds; round++) {
    const unread = toRead()
    if (unread.length === 0) break
    await deps.onProgress?.('reading_logs')
    for (const [uid, tails] of await readLogs(deps.client, unread, deps.signal, { onUnread })) read.set(uid, tails)
    known = { ...known, findings: findings() }
  }
  await deps.onProgress?.('explaining')
  const left = toRead().length
  if (left > 0) unreadLogs.set(`logs of ${left} more pods`, 'no more are read for one answer')
  const unread = [
    ...[...unmeasured, ...unreadLogs].map(([what, reason]) => ({ what, reason })),
    ...unreadReleases(view, scope, releases),
  ]
  const withheld = withheldSecrets(view, scope, deps.secretNamespaces)
  return hideInDocument(explain({ ...known, unread, withheld }, scope, neededKinds))
}

/** How full the claims of pods are, as their kubelets say; null where they have none. */
async function measureClaims({ client, signal }: DiagnoseDeps, pods: readonly Pod[]) {
  const nodes = [...new Set(pods.filter(hasClaim).map(({ nodeName }) => nodeName))]
  return nodes.length === 0 ? null : readVolumeUse(client, nodes.slice(0, mostMeasured), { signal })
}

const hasClaim = ({ nodeName, spec }: Pod): boolean =>
  nodeName !== '' && spec.volumes.some(({ claim }) => claim !== null)

/** Two pods of each finding that a symptom leads to, and one of what each is about. */
function podsToRead(given: Case, scope: Scope): readonly Pod[] {
  const open = openCase(given)
  const symptoms = symptomsIn(open, scope)
  const reached = new Set(symptoms.flatMap((symptom) => [...walk(open, symptom).passed]))
  const ofFindings = given.findings
    .filter(({ id }) => reached.has(id))
    .flatMap((finding) => [
      ...open.podsOf(finding).slice(0, 2),
      ...finding.involves.flatMap((object) => podsOf(given.view, object).slice(0, 1)),
    ])
  const pods = [...workloadsOf(scope).flatMap((workload) => podsOf(given.view, workload).slice(0, 2)), ...ofFindings]
  return [...new Map(pods.map((pod) => [pod.uid, pod])).values()]
}

/** Those that serve the routes which suffer, or which lead to what is asked about. */
function controllersToRead(given: Case, scope: Scope): readonly Pod[] {
  const { view } = given
  const suffering = symptomsIn(openCase(given), scope).flatMap(({ object }) =>
    object.kind === 'Ingress' ? (view.get('Ingress', object.namespace, object.name) ?? []) : [],
  )
  return controllerPods(view, [...suffering, ...routesTo(view, workloadsOf(scope))])
}

const workloadsOf = (scope: Scope): readonly Reference[] =>
  scope.kind === 'workload' ? [scope.workload] : scope.kind === 'component' ? scope.workloads : []

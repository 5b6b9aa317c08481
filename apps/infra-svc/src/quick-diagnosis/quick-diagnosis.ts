import type { InfraSettings } from '@akashic/config'
import type { Pod } from '@akashic/kubernetes'
import type { StatusService } from '@akashic/proto'
import type { Clock } from '@akashic/shared/clock'
import type { Database } from '@akashic/shared/postgres'
import { sql } from '@akashic/shared/postgres'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { analyse, neededKinds } from '../analyse/analyse.ts'
import { unseenKinds } from '../cause/unseen-kinds.ts'
import type { Clusters, FollowedCluster } from '../cluster/clusters.ts'
import type { GroupedFinding } from '../finding/group-findings.ts'
import { readComponents } from '../component/read-components.ts'
import { extractErrors } from '../log/extract-errors.ts'
import { noLogs } from '../log/log-lines.ts'
import { readLogs } from '../log/read-logs.ts'

export type SectionName = 'cluster' | 'application' | 'database' | 'recentErrors' | 'externalServices'
export type SectionStatus = 'healthy' | 'problems' | 'unknown'

export interface QuickItem {
  readonly name: string
  readonly status: SectionStatus
  readonly says: string
}

export interface QuickSection {
  readonly name: SectionName
  readonly status: SectionStatus
  readonly says: string
  readonly items: readonly QuickItem[]
  readonly tookMs: number
}

export interface QuickDiagnosis {
  readonly generatedAt: string
  readonly status: SectionStatus
  readonly sections: readonly QuickSection[]
}

export interface QuickDeps {
  readonly clock: Clock
  readonly monotonicMs: () => number
  readonly db: Database
  readonly clusters: Clusters
  readonly status: RpcClientOf<StatusService>
  readonly settings: () => InfraSettings
  /** Asks an address; resolves to the status of its answer. */
  readonly ask: (url: string, signal: AbortSignal) => Promise<number>
}

const sectionDeadlineMs = 8_000
const mostItems = 20
/** Pods of a cluster whose logs are read. */
const mostLogs = 10

type Found = Pick<QuickSection, 'status' | 'says' | 'items'>

/** The five sections of a first look, side by side, each within its own deadline. What does not answer is unknown. */
export async function quickDiagnosis(deps: QuickDeps): Promise<QuickDiagnosis> {
  const looks: readonly (readonly [SectionName, (signal: AbortSignal) => Promise<Found>])[] = [
    ['cluster', () => Promise.resolve(clusterSection(deps))],
    ['application', (signal) => applicationSection(deps, signal)],
    ['database', () => databaseSection(deps)],
    ['recentErrors', (signal) => errorSection(deps, signal)],
    ['externalServices', (signal) => externalSection(deps, signal)],
  ]
  const sections = await Promise.all(looks.map(([name, look]) => timed(deps, name, look)))
  return {
    generatedAt: new Date(deps.clock.now()).toISOString(),
    status: together(sections.map(({ status }) => status)),
    sections,
  }
}

async function timed(
  { monotonicMs }: QuickDeps,
  name: SectionName,
  look: (signal: AbortSignal) => Promise<Found>,
): Promise<QuickSection> {
  const began = monotonicMs()
  const signal = AbortSignal.timeout(sectionDeadlineMs)
  const late = new Promise<never>((_, reject) =>
    signal.addEventListener(
      'abort',
      () => reject(new Error(`it did not answer within ${sectionDeadlineMs / 1_000} s`)),
      { once: true },
    ),
  )
  const found = await Promise.race([look(signal), late]).catch((error: unknown): Found => ({
    ...{ status: 'unknown', items: [] },
    says: error instanceof Error ? error.message : 'it could not be looked at',
  }))
  return { name, ...found, tookMs: Math.round(monotonicMs() - began) }
}

function together(statuses: readonly SectionStatus[]): SectionStatus {
  if (statuses.includes('problems')) return 'problems'
  return statuses.includes('unknown') ? 'unknown' : 'healthy'
}

const sectionOf = (items: readonly QuickItem[], healthy: string): Found => {
  const status = together(items.map((item) => item.status))
  const of = (wanted: SectionStatus) => items.filter((item) => item.status === wanted)
  const [problems, unknown] = [of('problems'), of('unknown')]
  const bad = [...problems, ...unknown]
  const says = bad.length === 0 ? healthy : `${bad.length} of ${items.length}: ${bad[0]!.name}: ${bad[0]!.says}`
  // However many problems there are, what could not be seen stays among what is told.
  const told = [...problems.slice(0, mostItems - Math.min(unknown.length, mostItems / 2)), ...unknown, ...of('healthy')]
  return { status, says, items: told.slice(0, mostItems) }
}

const noCluster: Found = { status: 'unknown', says: 'no cluster configured', items: [] }

function clusterSection({ clusters }: QuickDeps): Found {
  const all = clusters.all()
  if (all.length === 0) return noCluster
  const items = all.flatMap(({ name, model, isRead }): QuickItem[] => {
    if (!isRead()) return [{ name, status: 'unknown', says: 'it is being read' }]
    const freshness = model.freshness('Node')
    if (freshness.state !== 'fresh') return [{ name, status: 'unknown', says: freshness.reason }]
    return [...model.all('Node')].map(({ name: node, conditions, isCordoned }) => {
      const ready = conditions.find(({ type }) => type === 'Ready')
      const pressure = conditions.find(({ type, status }) => type.endsWith('Pressure') && status === 'True')
      if (ready?.status !== 'True')
        return { name: node, status: 'problems', says: `not ready: ${ready?.message ?? 'it has not said so'}` }
      if (pressure) return { name: node, status: 'problems', says: pressure.message }
      return { name: node, status: 'healthy', says: isCordoned ? 'ready, cordoned' : 'ready' }
    })
  })
  return sectionOf(items, `${items.length} nodes are ready`)
}

const ofApplication = (finding: GroupedFinding): boolean =>
  finding.object.kind !== 'Node' && finding.severity !== 'info'

async function applicationSection({ clusters, clock, status }: QuickDeps, signal: AbortSignal): Promise<Found> {
  const findings = clusters
    .all()
    .flatMap(({ model }) => analyse({ view: model, now: clock.now(), logs: noLogs }).filter(ofApplication))
  const unseen = clusters.all().flatMap(unseenOf)
  const inClusters = findings.map(({ object, summary, severity }): QuickItem => ({
    name: `${object.kind} ${object.namespace}/${object.name}`,
    status: severity === 'critical' ? 'problems' : 'healthy',
    says: summary,
  }))
  const { components, problem } = await readComponents(status, signal)
  const watched = components.map(({ id, state }): QuickItem => ({
    name: id,
    ...componentSays(String(state?.status ?? '')),
  }))
  const unread: readonly QuickItem[] =
    problem === null ? [] : [{ name: 'components', status: 'unknown', says: problem }]
  return sectionOf([...unseen, ...unread, ...inClusters, ...watched], `${watched.length} components are well`)
}

/** What is not known of a cluster as it is now: each kind without which silence is no sign of health. */
function unseenOf({ name, model, isRead }: FollowedCluster): readonly QuickItem[] {
  if (!isRead()) return [{ name, status: 'unknown', says: 'it is being read' }]
  return unseenKinds(model, neededKinds).map(({ what, reason }) => ({
    ...{ name: `${name} ${what}`, status: 'unknown' },
    says: `${what} objects cannot be seen now: ${reason}`,
  }))
}

/** Why what is known of the pods of a cluster is not what they are now; null where it is. */
function whyPodsUnseen({ model, isRead }: FollowedCluster): string | null {
  if (!isRead()) return 'it is being read'
  const [pods] = unseenKinds(model, ['Pod'])
  return pods ? `its pods cannot be seen now: ${pods.reason}` : null
}

function componentSays(status: string): Pick<QuickItem, 'status' | 'says'> {
  const name = status.replace(/^STATUS_/, '').toLowerCase()
  if (name === 'operational' || name === 'maintenance') return { status: 'healthy', says: name }
  return name === 'unknown' || name === '' || name === 'unspecified'
    ? { status: 'unknown', says: 'not measured' }
    : { status: 'problems', says: name.replace('_', ' ') }
}

async function databaseSection({ db, monotonicMs }: QuickDeps): Promise<Found> {
  const began = monotonicMs()
  const [row] = await db.query<{ used: number; most: number }>(sql`
    SELECT (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,
           current_setting('max_connections')::int AS most`)
  const tookMs = Math.round(monotonicMs() - began)
  const { used, most } = row!
  const isNearlyFull = used >= most * 0.8
  const says = `answers in ${tookMs} ms, ${used} of ${most} connections used`
  return sectionOf([{ name: 'Akashic database', status: isNearlyFull ? 'problems' : 'healthy', says }], says)
}

async function errorSection({ clusters, clock }: QuickDeps, signal: AbortSignal): Promise<Found> {
  const all = clusters.all()
  if (all.length === 0) return noCluster
  const items: QuickItem[] = []
  for (const cluster of all) {
    const { name, model, client } = cluster
    const why = whyPodsUnseen(cluster)
    if (why !== null) {
      items.push({ name, status: 'unknown', says: why })
      continue
    }
    const suffering = analyse({ view: model, now: clock.now(), logs: noLogs })
      .filter(({ severity }) => severity === 'critical')
      .flatMap(({ affected }) =>
        affected.flatMap(({ kind, namespace, name }) =>
          kind === 'Pod' ? (model.get('Pod', namespace, name) ?? []) : [],
        ),
      )
    const inAll = [...new Map(suffering.map((pod) => [pod.uid, pod])).values()]
    const pods = inAll.slice(0, mostLogs)
    if (inAll.length > pods.length) {
      const says = `the logs of ${inAll.length - pods.length} more pods that suffer were not read`
      items.push({ name, status: 'unknown', says })
    }
    const logs = await readLogs(client, pods, signal)
    for (const pod of pods) {
      const [line] = extractErrors(
        (logs.get(pod.uid) ?? []).flatMap(({ lines }) => lines),
        1,
      )
      if (line === undefined && (logs.get(pod.uid) ?? []).length === 0 && hasLogs(pod)) {
        items.push({ name: `${pod.namespace}/${pod.name}`, status: 'unknown', says: 'its log could not be read' })
      }
      if (line !== undefined)
        items.push({ name: `${pod.namespace}/${pod.name}`, status: 'problems', says: line.slice(0, 300) })
    }
  }
  return items.length === 0
    ? { status: 'healthy', says: 'no errors in the logs of pods that suffer', items }
    : sectionOf(items, '')
}

/** Whether a container of it has ever run. */
const hasLogs = ({ statuses }: Pod): boolean =>
  statuses.some(({ now, last }) => now?.state === 'running' || now?.state === 'terminated' || last !== null)

async function externalSection({ settings, ask }: QuickDeps, signal: AbortSignal): Promise<Found> {
  const { externalServices } = settings()
  if (externalServices.length === 0)
    return { status: 'unknown', says: 'none configured: set `infra.externalServices`', items: [] }
  const items = await Promise.all(
    externalServices.map(async ({ name, url }): Promise<QuickItem> => {
      try {
        const code = await ask(url, signal)
        // Who refuses us is there.
        return code < 500
          ? { name, status: 'healthy', says: `answered ${code}` }
          : { name, status: 'problems', says: `answered ${code}` }
      } catch (error) {
        return {
          name,
          status: 'problems',
          says: `cannot be reached: ${error instanceof Error ? error.message : 'no answer'}`,
        }
      }
    }),
  )
  return sectionOf(items, `${items.length} services answer`)
}

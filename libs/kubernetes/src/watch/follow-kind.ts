import { setTimeout as pause } from 'node:timers/promises'
import type { ClusterClient } from '../access/cluster-client.ts'
import { ClusterError } from '../access/cluster-error.ts'
import type { ClusterModel } from '../model/cluster-model.ts'
import type { Digest } from '../resource/configuration.ts'
import { at, textAt, type Raw } from '../resource/raw.ts'
import type { Kind, ResourceType } from '../resource/resources.ts'
import { readItems } from './read-items.ts'
import { LineSplitter } from './line-splitter.ts'

export interface FollowDeps {
  readonly client: ClusterClient
  readonly model: ClusterModel
  readonly digest: Digest
  /** ms since 1970. */
  readonly now: () => number
  /** From 0 to 1, for the jitter of retries. */
  readonly random: () => number
  readonly warn: (about: object, message: string) => void
}

/** A list of one kind: everywhere, or in one namespace. */
export interface Followed {
  readonly type: ResourceType
  readonly namespace: string | null
  readonly fieldSelector?: string
}

const listDeadlineMs = 60_000
/** The server ends a watch within this; bookmarks come every minute. */
const watchSeconds = 300
const silentMs = 90_000
const maxEventBytes = 4 * 2 ** 20
const firstPauseMs = 500
const longestPauseMs = 30_000
const forbiddenPauseMs = 60_000
/** A watch that has lived for this long has worked; one that ends before is a failure, whatever it was answered with. */
const steadyMs = 5_000

/** Keeps one kind of a model as the cluster has it, until the signal: lists it, watches from there, and lists again when
 *  the watch can no longer go on. Between, its freshness says what can be trusted. */
export async function followKind(deps: FollowDeps, followed: Followed, signal: AbortSignal): Promise<void> {
  const { type } = followed
  let failures = 0
  while (!signal.aborted) {
    try {
      let resourceVersion = await listAll(deps, followed, signal)
      deps.model.setFreshness(type.kind, { state: 'fresh', at: deps.now() })
      while (!signal.aborted) {
        const began = deps.now()
        resourceVersion = await watchFrom(deps, followed, resourceVersion, signal)
        if (deps.now() - began >= steadyMs) failures = 0
        else await rest(backoffMs(++failures, deps.random), signal)
      }
    } catch (error) {
      if (signal.aborted) return
      const problem =
        error instanceof ClusterError ? error : new ClusterError('server', String(error), { cause: error })
      if (problem.kind === 'gone') {
        await rest(backoffMs(++failures, deps.random), signal)
        continue
      }
      tellProblem(deps, type.kind, problem)
      if (failures++ === 0)
        deps.warn({ kind: type.kind, reason: problem.message }, 'a kind of a cluster cannot be followed')
      await rest(pauseMs(problem, failures, deps.random), signal)
    }
  }
}

const rest = (ms: number, signal: AbortSignal): Promise<void> =>
  pause(ms, undefined, { signal, ref: false }).catch(() => undefined)

/** What was read once stays, and is marked as old; what may not be read is unknown. */
function tellProblem(
  { model, now }: FollowDeps,
  kind: Kind,
  { kind: problem, message, missingPermission }: ClusterError,
): void {
  const known = model.freshness(kind)
  const isLost = problem === 'forbidden' || problem === 'not_found'
  if (isLost || known.state === 'unknown') {
    model.setFreshness(kind, { state: 'unknown', reason: message, missingPermission })
  } else {
    model.setFreshness(kind, { state: 'stale', at: known.state === 'fresh' ? now() : known.at, reason: message })
  }
}

/** Full jitter, except where the server says itself when it wants to be asked again. */
function pauseMs({ kind, retryAfterMs }: ClusterError, failures: number, random: () => number): number {
  if (kind === 'forbidden' || kind === 'not_found') return forbiddenPauseMs * (0.5 + random() / 2)
  return (retryAfterMs ?? 0) + backoffMs(failures, random)
}

function backoffMs(failures: number, random: () => number): number {
  const most = Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs)
  return Math.max(50, random() * most)
}

/** Reads all there is from the server's cache, each object as it arrives. @returns the version to watch from. */
async function listAll(
  { client, model, digest }: FollowDeps,
  followed: Followed,
  signal: AbortSignal,
): Promise<string> {
  const seen = new Set<string>()
  const { type, namespace } = followed
  const envelope = await readItems(client, {
    ...{ path: `${pathOf(followed)}?${queryOf(followed, { resourceVersion: '0' })}`, what: type.plural },
    ...{ deadlineMs: listDeadlineMs, signal },
    onItem: (item) => {
      const object = type.trim(withKind(item, type), digest)
      if (object.name === '') return
      seen.add(object.uid)
      model.put(object)
    },
  })
  model.keepOnly(type.kind, seen, namespace)
  const resourceVersion = textAt(envelope, 'metadata', 'resourceVersion')
  if (resourceVersion === '')
    throw new ClusterError('not_kubernetes', `the list of ${type.plural} has no resourceVersion`)
  return resourceVersion
}

/** Follows changes until the server ends the watch. @returns the version that was reached.
 *  @throws ClusterError of kind `gone` when all must be listed anew. */
async function watchFrom(deps: FollowDeps, followed: Followed, from: string, signal: AbortSignal): Promise<string> {
  const { client, model, now } = deps
  const { type } = followed
  const silence = new AbortController()
  const query = queryOf(followed, {
    watch: 'true',
    allowWatchBookmarks: 'true',
    timeoutSeconds: String(watchSeconds),
    resourceVersion: from,
  })
  let resourceVersion = from
  const body = await client.stream(`${pathOf(followed)}?${query}`, {
    signal: AbortSignal.any([signal, silence.signal]),
  })
  model.setFreshness(type.kind, { state: 'fresh', at: now() })
  const lines = new LineSplitter(maxEventBytes)
  let timer = setTimeout(() => silence.abort(), silentMs)
  try {
    for await (const chunk of body) {
      clearTimeout(timer)
      timer = setTimeout(() => silence.abort(), silentMs)
      for (const line of lines.push(chunk)) resourceVersion = apply(deps, type, line) ?? resourceVersion
    }
  } catch (error) {
    if (silence.signal.aborted) return resourceVersion
    if (error instanceof ClusterError) throw error
    throw new ClusterError('unreachable', `the watch of ${type.plural} was cut off`, { cause: error })
  } finally {
    clearTimeout(timer)
  }
  return resourceVersion
}

/** Applies one event. @returns the version it brings us to; undefined for what is not understood. */
function apply({ model, digest, now }: FollowDeps, type: ResourceType, line: string): string | undefined {
  const event = JSON.parse(line) as Raw
  const object = at(event, 'object')
  const what = textAt(event, 'type')
  if (what === 'ERROR') {
    const code = at(object, 'code')
    const message = textAt(object, 'message')
    throw new ClusterError(
      code === 410 ? 'gone' : 'server',
      `the watch of ${type.plural} ended: ${message.slice(0, 300)}`,
    )
  }
  const resourceVersion = textAt(object, 'metadata', 'resourceVersion') || undefined
  if (what === 'BOOKMARK') {
    model.setFreshness(type.kind, { state: 'fresh', at: now() })
    return resourceVersion
  }
  if (what !== 'ADDED' && what !== 'MODIFIED' && what !== 'DELETED') return undefined
  const trimmed = type.trim(withKind(object, type), digest)
  if (trimmed.name === '') return undefined
  const held = model.get(type.kind, trimmed.namespace, trimmed.name)
  if (what === 'DELETED') {
    if (held === undefined || held.uid === trimmed.uid || type.kind === 'Event')
      model.remove({ ...trimmed, kind: type.kind })
  } else if (!isOlder(trimmed.resourceVersion, held?.uid === trimmed.uid ? held.resourceVersion : '')) {
    model.put(trimmed)
  }
  return resourceVersion
}

/** Versions are opaque by contract, and numbers in fact: only where both are is one told to be older. */
const isOlder = (version: string, held: string): boolean =>
  /^\d+$/.test(version) && /^\d+$/.test(held) && BigInt(version) < BigInt(held)

/** Items of a list leave out their kind. */
const withKind = (raw: Raw, { kind }: ResourceType): Raw =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? { kind, ...raw } : {}

function pathOf({ type: { group, version, plural }, namespace }: Followed): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  return namespace === null ? `${root}/${plural}` : `${root}/namespaces/${namespace}/${plural}`
}

const queryOf = ({ fieldSelector }: Followed, query: Record<string, string>): string =>
  new URLSearchParams({ ...query, ...(fieldSelector !== undefined && { fieldSelector }) }).toString()

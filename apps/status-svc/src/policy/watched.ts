import type { Queryable } from '@akashic/shared/postgres'
import type { ComponentDirectory, ComponentRecord } from '../component/component.ts'
import type { ComponentStatus } from '../status/component-status.ts'
import { readStates } from '../status/ledger.ts'
import type { Picture } from '../status/picture.ts'

/** A component as policies see it. */
export interface Watched {
  readonly id: string
  readonly num: number
  readonly name: string
  readonly group: string
  readonly critical: boolean
  readonly visibility: 'public' | 'internal'
  readonly dependsOn: readonly string[]
  readonly status: ComponentStatus
  readonly sinceMs: number
}

export type LookUp = (id: string) => Watched | undefined

/** The components as the board of this replica has them. */
export function watchedOnBoard(picture: Picture, components: ComponentDirectory): LookUp {
  return (id) => {
    const record = components.get(id)
    const shown = picture.components.get(id)
    return record && shown && watched(record, shown.status, shown.sinceMs)
  }
}

/** These components and what they depend on, as the database has them now. What was not measured in time is unknown, also
 *  where its state does not say so yet. */
export async function watchedNow(
  db: Queryable,
  components: ComponentDirectory,
  ids: readonly string[],
  nowMs: number,
): Promise<LookUp> {
  const records = withDependencies(components, ids)
  const nums = [...records.values()].map((record) => record.num)
  const states = await readStates(db, nums)
  return (id) => {
    const record = records.get(id)
    const state = record && states.get(record.num)
    if (!state) return undefined
    const isStale = state.staleAtMs !== null && state.staleAtMs < nowMs
    return watched(record, isStale ? 'unknown' : state.status, state.sinceMs)
  }
}

function watched({ id, num, spec }: ComponentRecord, status: ComponentStatus, sinceMs: number): Watched {
  const { name, group, critical, visibility, dependsOn } = spec
  return { id, num, name, group, critical, visibility, dependsOn, status, sinceMs }
}

function withDependencies(components: ComponentDirectory, ids: readonly string[]): Map<string, ComponentRecord> {
  const reached = new Set(ids)
  for (const id of reached) for (const dependency of components.get(id)?.spec.dependsOn ?? []) reached.add(dependency)
  return new Map([...reached].flatMap((id) => components.get(id) ?? []).map((record) => [record.id, record]))
}

import type { Queryable } from '@akashic/shared/postgres'
import { insertEvent } from './store.ts'

/** An event that happened to a component, for the rules that count or miss its type. */
export interface RuleEvent {
  readonly id: string
  readonly type: string
  readonly componentId: string
  readonly atMs: number
}

/** Remembers an event. Idempotent: one that is told twice counts once. Of a component that is not known, nothing. */
export async function recordRuleEvent(tx: Queryable, event: RuleEvent): Promise<void> {
  await insertEvent(tx, event)
}

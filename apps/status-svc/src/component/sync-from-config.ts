import type { ComponentSpec } from '@akashic/config'
import { systemActor } from '@akashic/shared/audit'
import type { Transaction } from '@akashic/shared/postgres'
import { addAudit } from '../audit/audit.ts'
import { beginLedger, endLedger } from '../status/ledger-life.ts'
import { componentChannel } from './directory.ts'
import type { ComponentDeps } from './living-specs.ts'
import { changedFields, planSync, type ChangeStep, type SyncStep } from './plan-sync.ts'
import * as store from './store.ts'

type SyncDeps = Pick<ComponentDeps, 'db' | 'clock' | 'outbox'>

/** Brings the components of the file to what `specs` say: new ones are made, changed ones changed, missing ones deleted,
 *  renamed ones keep their history. Replicas that start together do it one after another; the second finds nothing to do.
 *  @throws OpsError failed_precondition when an id belonged to another component. */
export async function syncFromConfig(deps: SyncDeps, specs: readonly ComponentSpec[]): Promise<void> {
  const { db, clock } = deps
  await db.transaction(async (tx) => {
    await store.lockComponents(tx)
    const steps = planSync(specs, await store.readAll(tx), await store.readFormerIds(tx))
    await remove(deps, tx, steps, clock.now())
    for (const step of steps) if ('stored' in step && 'draft' in step) await change(tx, step, clock.now())
    await create(tx, steps, clock.now())
    await store.savePositions(tx, new Map(specs.map((spec, position) => [spec.id, position])))
    if (steps.length > 0) await store.announce(tx, componentChannel)
  })
}

const actor = systemActor('status')
const mostAtOnce = 1_000

async function create(tx: Transaction, steps: readonly SyncStep[], nowMs: number): Promise<void> {
  const drafts = steps.flatMap((step) => (step.action === 'create' ? step.draft : []))
  for (let at = 0; at < drafts.length; at += mostAtOnce) {
    const created = await store.insert(tx, drafts.slice(at, at + mostAtOnce), nowMs)
    await beginLedger(
      tx,
      created.map((component) => component.num),
      nowMs,
    )
    await addAudit(
      tx,
      nowMs,
      actor,
      created.map(({ id }) => ({ action: 'component.create', subject: id, detail: fromFile })),
    )
  }
}

async function remove(deps: SyncDeps, tx: Transaction, steps: readonly SyncStep[], nowMs: number): Promise<void> {
  const gone = steps.flatMap((step) => (step.action === 'remove' ? step.stored : []))
  if (gone.length === 0) return
  const nums = gone.map((component) => component.num)
  await endLedger(deps, tx, gone, nowMs)
  await store.markDeleted(tx, nums, nowMs)
  await addAudit(
    tx,
    nowMs,
    actor,
    gone.map(({ id }) => ({ action: 'component.delete', subject: id, detail: fromFile })),
  )
}

const fromFile = { from: 'file' }

async function change(tx: Transaction, { action, stored, draft }: ChangeStep, nowMs: number): Promise<void> {
  if (action === 'rename') await store.removeFormerId(tx, draft.id)
  await store.replace(tx, stored.num, draft, nowMs)
  if (action === 'rename') await store.addFormerId(tx, stored.id, stored.num)
  if (stored.isDeleted) await beginLedger(tx, [stored.num], nowMs)
  const detail = { ...fromFile, formerId: stored.id, changed: changedFields(stored.definition, draft.definition) }
  await addAudit(tx, nowMs, actor, [{ action: `component.${action}`, subject: draft.id, detail }])
}

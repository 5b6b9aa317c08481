import type { Actor } from '@akashic/shared/audit'
import { OpsError } from '@akashic/shared/errors'
import { addAudit } from '../audit/audit.ts'
import { endLedger } from '../status/ledger-life.ts'
import { claimComponent } from './claim.ts'
import { componentChannel } from './directory.ts'
import type { ComponentDeps } from './living-specs.ts'
import * as store from './store.ts'
import type { StoredComponent } from './stored-component.ts'

/** Deletes a component. Its history stays, and its id is never used again.
 *  @throws OpsError as claimComponent, or failed_precondition while another component depends on it. */
export async function deleteComponent(
  { db, clock, outbox }: Pick<ComponentDeps, 'db' | 'clock' | 'outbox'>,
  actor: Actor,
  { id, version }: { readonly id: string; readonly version: number },
): Promise<void> {
  await db.transaction(async (tx) => {
    const claimed = await claimComponent(tx, actor.principal, id, version)
    const dependent = (await store.readAll(tx)).find((component) => !component.isDeleted && dependsOn(component, id))
    if (dependent) throw new OpsError('failed_precondition', `The component ${dependent.id} depends on ${id}.`)
    await endLedger({ clock, outbox }, tx, [claimed], clock.now())
    await store.markDeleted(tx, [claimed.num], clock.now())
    await addAudit(tx, clock.now(), actor, [{ action: 'component.delete', subject: id, detail: {} }])
    await store.announce(tx, componentChannel)
  })
}

function dependsOn(component: StoredComponent, id: string): boolean {
  const dependencies = component.definition['dependsOn']
  return Array.isArray(dependencies) && dependencies.includes(id)
}

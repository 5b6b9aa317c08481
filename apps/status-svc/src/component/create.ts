import type { Actor } from '@akashic/shared/audit'
import { OpsError } from '@akashic/shared/errors'
import { addAudit } from '../audit/audit.ts'
import { requireScope } from '@akashic/shared/access'
import { beginLedger } from '../status/ledger-life.ts'
import { componentChannel } from './directory.ts'
import { draftOf } from './plan-sync.ts'
import { readDefinition, readObject } from './read-definition.ts'
import { livingSpecs, type ComponentDeps } from './living-specs.ts'
import * as store from './store.ts'
import type { StoredComponent } from './stored-component.ts'

/** Makes a component that akashic.yaml does not own.
 *  @throws OpsError invalid_argument with every bad field; already_exists when the id is or was in use. */
export async function createComponent(
  deps: ComponentDeps,
  actor: Actor,
  definitionJson: string,
): Promise<StoredComponent> {
  const { db, clock } = deps
  const definition = readObject(definitionJson)
  return db.transaction(async (tx) => {
    await store.lockComponents(tx)
    const stored = await store.readAll(tx)
    const formerIds = await store.readFormerIds(tx)
    refuseUsedId(definition['id'], stored, formerIds)
    const spec = readDefinition(definition, await livingSpecs(deps, tx, stored))
    requireScope(actor.principal, spec.id)
    const [created] = await store.insert(tx, [draftOf(spec, { ownedByFile: false, position: null })], clock.now())
    await beginLedger(tx, [created!.num], clock.now())
    await addAudit(tx, clock.now(), actor, [{ action: 'component.create', subject: spec.id, detail: {} }])
    await store.announce(tx, componentChannel)
    return created!
  })
}

function refuseUsedId(id: unknown, stored: readonly StoredComponent[], formerIds: ReadonlyMap<string, number>): void {
  const holder = stored.find((component) => component.id === id)
  if (holder && !holder.isDeleted) throw new OpsError('already_exists', `There is a component ${holder.id} already.`)
  if (holder || (typeof id === 'string' && formerIds.has(id))) {
    throw new OpsError(
      'already_exists',
      `The id ${String(id)} belonged to an earlier component and is never used again.`,
    )
  }
}

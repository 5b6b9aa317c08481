import type { Principal } from '@akashic/shared/identity'
import { OpsError } from '@akashic/shared/errors'
import type { Transaction } from '@akashic/shared/postgres'
import { requireScope } from '@akashic/shared/access'
import type { Definition } from './definition.ts'
import * as store from './store.ts'
import type { StoredComponent } from './stored-component.ts'

/** A component that its caller may change now. */
export interface ClaimedComponent extends StoredComponent {
  readonly wholeDefinition: Definition
}

/** Locks a component for change by `principal`, who knows it as `version`.
 *  @throws OpsError permission_denied, not_found, failed_precondition when akashic.yaml owns it, aborted (with the
 *  `current` one) when it is at another version. */
export async function claimComponent(
  tx: Transaction,
  principal: Principal,
  id: string,
  version: number,
): Promise<ClaimedComponent> {
  requireScope(principal, id)
  await store.lockComponents(tx)
  const stored = await store.lockOne(tx, id)
  if (!stored) throw new OpsError('not_found', `There is no component ${id}.`)
  if (stored.ownedByFile || stored.wholeDefinition === null) {
    throw new OpsError('failed_precondition', `akashic.yaml owns the component ${id}: change it there.`)
  }
  if (stored.version !== version) {
    throw new OpsError('aborted', `The component ${id} is at version ${stored.version}, not ${version}.`, {
      extra: { current: { ...stored.definition, version: stored.version } },
    })
  }
  return { ...stored, wholeDefinition: stored.wholeDefinition }
}

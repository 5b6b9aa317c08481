import type { Actor } from '@akashic/shared/audit'
import { OpsError } from '@akashic/shared/errors'
import { addAudit } from '../audit/audit.ts'
import { claimComponent } from './claim.ts'
import type { Definition } from './definition.ts'
import { componentChannel } from './directory.ts'
import { livingSpecs, type ComponentDeps } from './living-specs.ts'
import { mergePatch } from './merge-patch.ts'
import { changedFields, draftOf } from './plan-sync.ts'
import { readDefinition, readObject } from './read-definition.ts'
import { restoreSecrets } from './restore-secrets.ts'
import * as store from './store.ts'
import type { StoredComponent } from './stored-component.ts'

/** Changes a component by a JSON merge patch (RFC 7396) of its definition. A secret that the patch gives back as it was
 *  shown stays what it was, unless its check goes somewhere else.
 *  @throws OpsError as claimComponent, or invalid_argument with every bad field of the result. */
export async function updateComponent(
  deps: ComponentDeps,
  actor: Actor,
  { id, version, patchJson }: { readonly id: string; readonly version: number; readonly patchJson: string },
): Promise<StoredComponent> {
  const { db, clock } = deps
  const patch = readObject(patchJson)
  return db.transaction(async (tx) => {
    const claimed = await claimComponent(tx, actor.principal, id, version)
    const patched = restoreSecrets(mergePatch(claimed.wholeDefinition, patch) as Definition, claimed.wholeDefinition)
    if (patched['id'] !== id) {
      throw new OpsError('invalid_argument', 'The id of a component does not change.', {
        fields: [{ pointer: '/id', detail: 'does not change' }],
      })
    }
    const stored = await store.readAll(tx)
    const others = await livingSpecs(
      deps,
      tx,
      stored.filter((component) => component.num !== claimed.num),
    )
    const draft = draftOf(readDefinition(patched, others), { ownedByFile: false, position: null })
    const changed = changedFields(claimed.wholeDefinition, draft.wholeDefinition ?? {})
    if (changed.length === 0) return claimed
    const updated = await store.replace(tx, claimed.num, draft, clock.now())
    await addAudit(tx, clock.now(), actor, [{ action: 'component.update', subject: id, detail: { changed } }])
    await store.announce(tx, componentChannel)
    return updated
  })
}

import { isDeepStrictEqual } from 'node:util'
import type { ComponentSpec } from '@akashic/config'
import { OpsError } from '@akashic/shared/errors'
import { definitionOf, type Definition } from './definition.ts'
import { redact } from './redact.ts'
import type { ComponentDraft, StoredComponent } from './stored-component.ts'

/** What a component of the file goes through. */
export type SyncStep =
  | { readonly action: 'create'; readonly draft: ComponentDraft }
  | ChangeStep
  | { readonly action: 'remove'; readonly stored: StoredComponent }

export interface ChangeStep {
  readonly action: 'update' | 'rename' | 'restore' | 'adopt'
  readonly stored: StoredComponent
  readonly draft: ComponentDraft
}

/** The steps that bring `stored` (every component there ever was) to what the file says. A component that left the file
 *  and came back is the same one; one that was made through the API and is now in the file belongs to the file.
 *  @throws OpsError failed_precondition when the file gives a new component the former id of another. */
export function planSync(
  specs: readonly ComponentSpec[],
  stored: readonly StoredComponent[],
  formerIds: ReadonlyMap<string, number>,
): SyncStep[] {
  const byId = new Map(stored.map((component) => [component.id, component]))
  const byNum = new Map(stored.map((component) => [component.num, component]))
  const wanted = new Set(specs.map((spec) => spec.id))
  const renamed = new Set<number>()
  const steps = specs.flatMap((spec, position): SyncStep[] => {
    const draft = draftOf(spec, { ownedByFile: true, position })
    const same = byId.get(spec.id)
    if (same) return changeOf(same, draft)
    const former = formerIds.get(spec.id)
    const renamedBack = former === undefined ? undefined : byNum.get(former)
    const earlier = renamedBack ?? (spec.renamedFrom === undefined ? undefined : byId.get(spec.renamedFrom))
    if (renamedBack && wanted.has(renamedBack.id)) {
      throw new OpsError(
        'failed_precondition',
        `The id ${spec.id} was that of the component ${renamedBack.id} and cannot be given to another.`,
      )
    }
    if (!earlier || renamed.has(earlier.num)) return [{ action: 'create', draft }]
    renamed.add(earlier.num)
    return [{ action: 'rename', stored: earlier, draft }]
  })
  const gone = stored.filter(
    (component) =>
      component.ownedByFile && !component.isDeleted && !wanted.has(component.id) && !renamed.has(component.num),
  )
  return [...gone.map((component): SyncStep => ({ action: 'remove', stored: component })), ...steps]
}

/** What is written of a component with `spec`. */
export function draftOf(
  spec: ComponentSpec,
  { ownedByFile, position }: { readonly ownedByFile: boolean; readonly position: number | null },
): ComponentDraft {
  const whole = definitionOf(spec)
  const definition = redact(whole)
  const hasSecrets = !isDeepStrictEqual(definition, whole)
  return { id: spec.id, ownedByFile, position, definition, hasSecrets, wholeDefinition: ownedByFile ? null : whole }
}

function changeOf(stored: StoredComponent, draft: ComponentDraft): SyncStep[] {
  if (stored.isDeleted) return [{ action: 'restore', stored, draft }]
  if (!stored.ownedByFile) return [{ action: 'adopt', stored, draft }]
  const isSame = isDeepStrictEqual(stored.definition, draft.definition) && stored.hasSecrets === draft.hasSecrets
  return isSame ? [] : [{ action: 'update', stored, draft }]
}

/** Names of the top-level fields in which two definitions differ; their values may be long. */
export function changedFields(before: Definition, after: Definition): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => !isDeepStrictEqual(before[key], after[key]))
    .sort()
}

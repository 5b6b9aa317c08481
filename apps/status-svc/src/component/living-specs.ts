import { componentSchema, type ComponentSpec } from '@akashic/config'
import type { Clock } from '@akashic/shared/clock'
import type { Outbox } from '@akashic/shared/events'
import type { Database, Queryable } from '@akashic/shared/postgres'
import type { ComponentDirectory } from './component.ts'
import { readWholeDefinitions } from './store.ts'
import type { StoredComponent } from './stored-component.ts'

export interface ComponentDeps {
  readonly db: Database
  readonly clock: Clock
  readonly components: ComponentDirectory
  readonly outbox: Outbox
}

/** The definitions of the components that live, which a new one must fit among: secrets included, where known. */
export async function livingSpecs(
  { components }: Pick<ComponentDeps, 'components'>,
  db: Queryable,
  stored: readonly StoredComponent[],
): Promise<ComponentSpec[]> {
  const whole = await readWholeDefinitions(db)
  return stored.flatMap((component) => {
    if (component.isDeleted) return []
    const fromFile = component.ownedByFile ? components.get(component.id) : undefined
    if (fromFile) return fromFile.spec
    const parsed = componentSchema.safeParse(whole.get(component.num) ?? component.definition)
    return parsed.success ? parsed.data : []
  })
}

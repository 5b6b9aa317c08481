import { mayTouch } from '@akashic/shared/access'
import type { Principal } from '@akashic/shared/identity'
import type { Clusters } from '../cluster/clusters.ts'
import type { KnownComponent } from '../component/known-components.ts'
import type { Databases } from '../database/databases.ts'
import { sourceOf as sourceOfDatabase } from '../database/keep-database.ts'
import { sourceOf as sourceOfComponent } from '../performance/kept-component.ts'

export interface SourcesDeps {
  readonly clusters: Pick<Clusters, 'all'>
  readonly databases: Pick<Databases, 'all'>
  readonly components: () => Promise<readonly KnownComponent[]>
}

/** What is looked at now, as findings name it: clusters, databases, and the components that the caller may see. */
export async function seenSources(
  { clusters, databases, components }: SourcesDeps,
  principal: Principal,
): Promise<readonly string[]> {
  const seen = (await components()).filter(({ id }) => mayTouch(principal, id))
  return [
    ...clusters.all().map(({ name }) => name),
    ...databases.all().map(({ spec }) => sourceOfDatabase(spec.name)),
    ...seen.map(({ id }) => sourceOfComponent(id)),
  ]
}

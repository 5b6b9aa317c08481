import { mayTouch } from '@akashic/shared/access'
import { OpsError } from '@akashic/shared/errors'
import type { Principal } from '@akashic/shared/identity'
import type { Queryable } from '@akashic/shared/postgres'
import type { ComponentDirectory } from '../component/component.ts'
import { measureComponents, type MeasuredRuns } from './store.ts'

export interface MeasureDeps {
  readonly db: Queryable
  readonly components: ComponentDirectory
}

export interface MeasuredChecks extends MeasuredRuns {
  readonly componentId: string
}

const mostComponents = 200
const longestMs = 86_400_000

/** What the runs of components' checks say between two instants, ms since 1970. A component without runs has none in the
 *  answer, and so has one that is not known or may not be seen.
 *  @throws OpsError invalid_argument for more than 200 components, or more than a day. */
export async function measureChecks(
  { db, components }: MeasureDeps,
  principal: Principal,
  asked: { readonly componentIds: readonly string[]; readonly fromMs: number; readonly toMs: number },
): Promise<readonly MeasuredChecks[]> {
  const { componentIds, fromMs, toMs } = asked
  if (componentIds.length > mostComponents)
    throw new OpsError('invalid_argument', `At most ${mostComponents} components are measured at once.`)
  if (!(toMs > fromMs && toMs - fromMs <= longestMs))
    throw new OpsError('invalid_argument', 'The time must be longer than nothing, and a day at most.')
  const known = componentIds.flatMap((id) => (mayTouch(principal, id) ? (components.get(id) ?? []) : []))
  const byNum = await measureComponents(
    db,
    known.map(({ num }) => num),
    new Date(fromMs),
    new Date(toMs),
  )
  return known.flatMap(({ id, num }) => {
    const measured = byNum.get(num)
    return measured ? [{ componentId: id, ...measured }] : []
  })
}

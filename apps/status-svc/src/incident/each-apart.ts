import { OpsError } from '@akashic/shared/errors'
import type { Logger } from 'pino'

/** Does `change` for each incident; one whose change fails is logged, and holds up no other.
 *  @throws OpsError unavailable or deadline_exceeded: then it is not about one of them. */
export async function eachApart(
  log: Logger,
  ids: readonly string[],
  change: (id: string) => Promise<unknown>,
): Promise<void> {
  for (const id of ids) {
    try {
      await change(id)
    } catch (error) {
      if (isAboutAll(error)) throw error
      log.warn({ err: error, incident: id }, 'an incident could not be kept up to date; the others are')
    }
  }
}

/** True of a failure that the next thing to be done would meet too. */
export const isAboutAll = (error: unknown): boolean =>
  error instanceof OpsError && ['unavailable', 'deadline_exceeded'].includes(error.code)

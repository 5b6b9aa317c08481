import type { Logger } from 'pino'

/** Does `change` for each incident; one whose change fails is logged, and holds up no other.
 *  @throws the failure when all of them failed: then it is not about one of them. */
export async function eachApart(
  log: Logger,
  ids: readonly string[],
  change: (id: string) => Promise<unknown>,
): Promise<void> {
  let failed = 0
  for (const id of ids) {
    try {
      await change(id)
    } catch (error) {
      failed += 1
      if (failed === ids.length) throw error
      log.warn({ err: error, incident: id }, 'an incident could not be kept up to date; the others are')
    }
  }
}

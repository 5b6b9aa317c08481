import type { ServerResponse } from 'node:http'
import type { Clock } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'

/** Why a stream ends before its reader leaves. */
export const tooSlow = (seconds: number): OpsError =>
  new OpsError('resource_exhausted', `Nothing was taken for ${seconds} s. Come back with the last id to go on.`)

export const serverStops = (): OpsError =>
  new OpsError('unavailable', 'This server stops. Come back with the last id to go on.')

const logIsAway = (cause: unknown): OpsError =>
  new OpsError('unavailable', 'The events cannot be read now. Come back with the last id to go on.', { cause })

/** The last event of a stream, without an id: the reader's place stays where it is. */
export function farewellMessage(why: unknown): string {
  const { code, message } = why instanceof OpsError ? why : logIsAway(why)
  return `event: end\ndata: ${JSON.stringify({ code, detail: message })}\n\n`
}

/** Ends `response` with why it ends. A reader that does not take even that within `patienceMs` loses its connection. */
export function sayFarewell(response: ServerResponse, why: unknown, clock: Clock, patienceMs: number): void {
  if (response.destroyed) return
  const cut = clock.after(patienceMs, () => response.destroy())
  response.once('close', () => cut.cancel())
  response.end(farewellMessage(why))
}

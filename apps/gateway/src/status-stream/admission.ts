import type { IncomingMessage, ServerResponse } from 'node:http'
import { OpsError } from '@akashic/shared/errors'
import { networkOf } from '@akashic/shared/http'

export interface AdmissionRules {
  readonly maxStreams: () => number
  readonly maxStreamsPerAddress: () => number
  readonly addressOf: (request: IncomingMessage) => string
}

/** Counts open streams in all and by address, so that nobody takes them all. */
export function createAdmission({ maxStreams, maxStreamsPerAddress, addressOf }: AdmissionRules) {
  const openBy = new Map<string, number>()
  let open = 0
  return {
    /** Counts the stream until its connection closes.
     *  @throws OpsError resource_exhausted when too many are open. */
    admit(request: IncomingMessage, response: ServerResponse): void {
      if (open >= maxStreams()) throw refusal('Too many streams are open.')
      const network = networkOf(addressOf(request))
      const own = openBy.get(network) ?? 0
      if (own >= maxStreamsPerAddress()) throw refusal('Too many streams are open from your address.')
      open++
      openBy.set(network, own + 1)
      response.once('close', () => {
        open--
        const left = openBy.get(network)! - 1
        if (left > 0) openBy.set(network, left)
        else openBy.delete(network)
      })
    },
  }
}

const refusal = (sentence: string): OpsError =>
  new OpsError('resource_exhausted', `${sentence} Poll /status instead, or try again later.`)

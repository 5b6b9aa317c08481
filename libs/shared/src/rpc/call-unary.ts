import { OpsError } from '../errors/index.ts'
import type { Outgoing } from './clients.ts'
import { outgoingMetadata } from './outgoing-metadata.ts'
import { errorOfStatus } from './status-of-error.ts'
import type { CallOptions } from './index.ts'

const defaultDeadlineMs = 5_000

/** One request, one answer, within the deadline.
 *  @throws OpsError the one that the service threw, or `unavailable`, `deadline_exceeded`, `cancelled` of the call itself */
export function callUnary(outgoingOf: () => Outgoing) {
  return async (request: object, options: CallOptions): Promise<object> => {
    const { deadlineMs = defaultDeadlineMs, signal } = options
    const deadline = Date.now() + deadlineMs
    const outgoing = outgoingOf()
    const metadata = await outgoingMetadata(outgoing, options)
    if (signal?.aborted) throw new OpsError('cancelled', 'the call was cancelled before it was sent')
    const { client, method, serviceName } = outgoing
    return new Promise((resolve, reject) => {
      const { path, requestSerialize, responseDeserialize } = method
      const call = client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        metadata,
        { deadline },
        (error, response) => {
          signal?.removeEventListener('abort', cancel)
          if (error === null) resolve(response!)
          else reject(errorOfStatus(error, serviceName, deadlineMs))
        },
      )
      const cancel = (): void => call.cancel()
      signal?.addEventListener('abort', cancel, { once: true })
    })
  }
}

import type { ServiceError } from '@grpc/grpc-js'
import { OpsError } from '../errors/index.ts'
import type { Outgoing } from './clients.ts'
import { outgoingMetadata } from './outgoing-metadata.ts'
import { errorOfStatus } from './status-of-error.ts'
import type { CallOptions } from './index.ts'

/** One request, many answers. The call begins when iteration does, ends when the loop is left, and reads no faster
 *  than the loop takes. Throws as a unary call does; without `deadlineMs` it lasts as long as the peer. */
export function callStream(outgoingOf: () => Outgoing) {
  return async function* (request: object, options: CallOptions): AsyncGenerator<object> {
    const { deadlineMs, signal } = options
    const outgoing = outgoingOf()
    const metadata = await outgoingMetadata(outgoing, options)
    if (signal?.aborted) throw new OpsError('cancelled', 'the call was cancelled before it was sent')
    const { path, requestSerialize, responseDeserialize } = outgoing.method
    const deadline = deadlineMs === undefined ? Infinity : Date.now() + deadlineMs
    const call = outgoing.client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      metadata,
      { deadline },
    )
    const cancel = (): void => call.cancel()
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      for await (const message of call) yield message as object
    } catch (error) {
      throw errorOfStatus(error as ServiceError, outgoing.serviceName, deadlineMs ?? null)
    } finally {
      signal?.removeEventListener('abort', cancel)
      call.cancel()
    }
  }
}

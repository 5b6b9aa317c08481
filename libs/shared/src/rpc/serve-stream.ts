import type { ServerWritableStream } from '@grpc/grpc-js'
import { inSpan } from '../telemetry/index.ts'
import { abortWithCall, principalOf, requestIdOf, traceparentOf } from './incoming-call.ts'
import { logFailure } from './log-failure.ts'
import type { MethodContext } from './server.ts'
import { statusOfError } from './status-of-error.ts'
import type { StreamHandler } from './index.ts'

type Call = ServerWritableStream<unknown, unknown>

/** A grpc-js handler that verifies the caller and lets the handler send no faster than the peer takes. */
export function serveStream(context: MethodContext, handler: StreamHandler, open: Set<AbortController>) {
  return (call: Call): void => {
    const gauge = context.metrics.streams.labels({ rpc_service: context.service, rpc_method: context.method })
    const controller = new AbortController()
    abortWithCall(call, controller)
    open.add(controller)
    gauge.inc()
    run(context, handler, call, controller.signal)
      .then(
        () => call.end(),
        (error: unknown) => {
          logFailure(context, error, requestIdOf(call.metadata))
          call.emit('error', statusOfError(error))
        },
      )
      .finally(() => {
        open.delete(controller)
        gauge.dec()
      })
  }
}

async function run(context: MethodContext, handler: StreamHandler, call: Call, signal: AbortSignal): Promise<void> {
  const principal = await principalOf(call.metadata, context.service, context.verifyToken)
  const rpcCall = { principal, requestId: requestIdOf(call.metadata), signal }
  const send = (message: object): Promise<void> => sendWhenTaken(call, message, signal)
  await inSpan(`${context.service}/${context.method}`, traceparentOf(call.metadata), () =>
    handler.run(call.request as never, rpcCall, send),
  )
}

/** Resolves when the message is on its way, which flow control delays for a slow peer; rejects once the peer is gone,
 *  the server stops, or the message cannot be written. */
function sendWhenTaken(call: Call, message: object, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(signal.reason as Error)
    if (signal.aborted) return gone()
    signal.addEventListener('abort', gone, { once: true })
    call.write(message, (error: Error | null | undefined) => {
      signal.removeEventListener('abort', gone)
      if (error) reject(error)
      else resolve()
    })
  })
}

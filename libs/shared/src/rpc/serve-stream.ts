import type { ServerWritableStream } from '@grpc/grpc-js'
import { OpsError } from '../errors/index.ts'
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

/** Resolves when the peer can take more; rejects once it is gone, or the server stops. */
function sendWhenTaken(call: Call, message: object, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = (): void => {
      call.off('drain', drained)
      reject((signal.reason as Error | undefined) ?? new OpsError('cancelled', 'the caller went away'))
    }
    const drained = (): void => {
      signal.removeEventListener('abort', gone)
      resolve()
    }
    if (signal.aborted || call.destroyed) return gone()
    if (call.write(message)) return resolve()
    call.once('drain', drained)
    signal.addEventListener('abort', gone, { once: true })
  })
}

import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js'
import { OpsError } from '../errors/index.ts'
import { inSpan } from '../telemetry/index.ts'
import { abortWithCall, principalOf, requestIdOf, traceparentOf } from './incoming-call.ts'
import { codeOf, logFailure } from './log-failure.ts'
import type { MethodContext } from './server.ts'
import { statusOfError } from './status-of-error.ts'
import type { UnaryHandler } from './index.ts'

/** What a caller that names no deadline gets. */
const defaultDeadlineMs = 5_000

/** A grpc-js handler that verifies the caller, bounds the call and answers with the handler's result or its error. */
export function serveUnary(context: MethodContext, handler: UnaryHandler) {
  return (call: ServerUnaryCall<unknown, unknown>, answer: sendUnaryData<unknown>): void => {
    const stopTimer = context.metrics.duration.startTimer({ rpc_service: context.service, rpc_method: context.method })
    const finish = (error: unknown, response: object | null): void => {
      stopTimer({ code: codeOf(error) })
      if (error !== null) logFailure(context, error, requestIdOf(call.metadata))
      answer(error === null ? null : statusOfError(error), response)
    }
    run(context, handler, call).then(
      (response) => finish(null, response),
      (error: unknown) => finish(error, null),
    )
  }
}

async function run(context: MethodContext, handler: UnaryHandler, call: ServerUnaryCall<unknown, unknown>) {
  const controller = new AbortController()
  abortWithCall(call, controller)
  const timer = setTimeout(() => controller.abort(deadlineError()), remainingMs(call))
  try {
    const principal = await principalOf(call.metadata, context.service, context.verifyToken)
    const rpcCall = { principal, requestId: requestIdOf(call.metadata), signal: controller.signal }
    return await untilAborted(
      inSpan(`${context.service}/${context.method}`, traceparentOf(call.metadata), () =>
        handler.run(call.request as never, rpcCall),
      ),
      controller,
    )
  } finally {
    clearTimeout(timer)
  }
}

const deadlineError = (): OpsError => new OpsError('deadline_exceeded', 'the deadline of the call passed')

function remainingMs(call: ServerUnaryCall<unknown, unknown>): number {
  const deadline = Number(call.getDeadline())
  return Number.isFinite(deadline) ? Math.max(0, deadline - Date.now()) : defaultDeadlineMs
}

/** The caller gets its answer at the deadline even from a handler that does not listen to its signal. */
function untilAborted<T>(work: Promise<T>, controller: AbortController): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason as Error), { once: true })
  })
  return Promise.race([work, aborted])
}

import {
  failureActionToProto,
  failureClassFromProto,
  failureClassToProto,
  requestStateFromProto,
  requestStateToProto,
  type aiHealth,
} from '@akashic/proto'
import { actorOf, forRole, requireRole, type Started } from '@akashic/shared/access'
import { OpsError } from '@akashic/shared/errors'
import type { Clock } from '@akashic/shared/clock'
import { uuidv7 } from '@akashic/shared/ids'
import type { Database } from '@akashic/shared/postgres'
import type { StreamHandler, UnaryHandler } from '@akashic/shared/rpc'
import { listAudit } from './audit/audit.ts'
import { handleFailure, type FailureResponse, type HandleFailureDeps } from './failure/handle-failure.ts'
import type { ToldFailure } from './failure/told-failure.ts'
import { addFeedback } from './quality/add-feedback.ts'
import { addResponse, type AddResponseDeps } from './quality/add-response.ts'
import { encodeQualityReport } from './quality/encode-quality.ts'
import { readQuality } from './quality/read-quality.ts'
import type { QueuedRequest } from './request-queue/queued-request.ts'
import { getRequest, listRequests } from './request-queue/read-requests.ts'

export interface RpcDeps extends HandleFailureDeps, AddResponseDeps, Started {
  readonly db: Database
  readonly clock: Clock
  readonly health: () => Promise<aiHealth.GetHealthResponse>
  readonly refresh: () => Promise<void>
  readonly droppedTotal: () => number
  /** Why nothing can be queued; empty while it can. */
  readonly queueProblem: () => string
}

/** The methods of akashic.ai_health.v1.AiHealthService. */
export function aiHealthHandlers(deps: RpcDeps): Record<keyof aiHealth.AiHealthService, UnaryHandler | StreamHandler> {
  return {
    getHealth: forRole(deps, 'viewer', async ({ refresh }: aiHealth.GetHealthRequest, call) => {
      if (refresh) {
        requireRole(call.principal, 'operator')
        await deps.refresh()
      }
      return deps.health()
    }),
    handleFailure: forRole(deps, 'operator', async (request: aiHealth.HandleFailureRequest, call) =>
      encodeFailureResponse(await handleFailure(deps, toldBy(request), actorOf(call))),
    ),
    getRequest: forRole(deps, 'operator', async ({ id }: aiHealth.GetRequestRequest) => {
      const { request, resultJson } = await getRequest(deps.queue, id)
      return { request: encodeRequest(request), resultJson: resultJson ?? '' }
    }),
    listRequests: forRole(deps, 'viewer', async ({ limit, cursor, state }: aiHealth.ListRequestsRequest) => {
      const page = await listRequests(deps.queue, { limit, cursor, state: requestStateFromProto(state) })
      const isFull = page.waiting >= deps.settings().queue.maxWaiting
      const queueProblem = deps.queueProblem() || (isFull ? 'as many requests wait as may' : '')
      const { nextCursor, counts } = page
      const isQueueOpen = queueProblem === ''
      return { requests: page.requests.map(encodeRequest), nextCursor, counts, isQueueOpen, queueProblem }
    }),
    getQuality: forRole(deps, 'viewer', async (request: aiHealth.GetQualityRequest) =>
      encodeQualityReport(await readQuality(deps, request), deps.droppedTotal()),
    ),
    addResponse: forRole(deps, 'operator', async (request: aiHealth.AddResponseRequest) => {
      const id = uuidv7(deps.clock.now())
      addResponse(deps, { ...request, id, errorClass: failureClassFromProto(request.error) })
      return { id }
    }),
    addFeedback: forRole(deps, 'operator', async (request: aiHealth.AddFeedbackRequest, call) => {
      await addFeedback(deps, request, actorOf(call))
      return {}
    }),
    listAudit: forRole(deps, 'viewer', async (request: aiHealth.ListAuditRequest) => {
      const { entries, nextCursor } = await listAudit(deps.db, request)
      return { entries: entries.map(encodeAudit), nextCursor }
    }),
  }
}

function toldBy(request: aiHealth.HandleFailureRequest): ToldFailure {
  if (request.retryCount < 0) throw new OpsError('invalid_argument', 'retryCount must be 0 or more.')
  const endpoint = request.endpoint === 'chat' || request.endpoint === 'embeddings' ? request.endpoint : null
  return {
    type: failureClassFromProto(request.class) ?? request.type,
    retryCount: request.retryCount,
    originalRequest: request.originalRequestJson,
    endpoint,
    provider: request.provider,
    error: request.errorJson,
    retryAfter: request.retryAfter,
    key: request.key,
    idempotencyKey: request.idempotencyKey,
    timeoutMs: request.deadlineMs,
  }
}

function encodeFailureResponse(response: FailureResponse): aiHealth.HandleFailureResponse {
  const common = {
    action: failureActionToProto(response.action),
    class: failureClassToProto(response.class),
    ...{ requestId: '', service: '', resultJson: '', error: '', attempts: 0 },
  }
  if (response.action === 'retry_with_backoff') {
    const { backoffTimeMs, estimatedRetryAtMs, requestId } = response
    return { ...common, backoffTimeMs, estimatedRetryAtMs, requestId: requestId ?? '' }
  }
  if (response.action === 'switched_to_backup') {
    const { service, resultJson, attempts } = response
    return { ...common, service, resultJson, attempts }
  }
  const { error, attempts, retryAfterMs } = response
  return { ...common, error, attempts, ...(retryAfterMs !== null && { retryAfterMs }) }
}

function encodeRequest(request: QueuedRequest): aiHealth.QueuedRequest {
  const { id, version, state, keyName, endpoint, model, attempts, provider, answeredModel, lastProblem } = request
  const { createdAtMs, nextAttemptAtMs, completedAtMs, expiresAtMs } = request
  return {
    ...{ id, version, state: requestStateToProto(state), key: keyName, endpoint, model, attempts },
    ...{ createdAtMs, expiresAtMs, provider, answeredModel },
    ...(nextAttemptAtMs !== null && { nextAttemptAtMs }),
    ...(completedAtMs !== null && { completedAtMs }),
    lastProblem: lastProblem && { class: failureClassToProto(lastProblem.class), message: lastProblem.message },
  }
}

type Listed = Awaited<ReturnType<typeof listAudit>>['entries'][number]

const encodeAudit = ({ at, requestId, detail, ...entry }: Listed): aiHealth.AuditEntry => ({
  ...{ id: entry.id, atMs: Date.parse(at), service: entry.service, cursor: entry.cursor },
  ...{ actorId: entry.actorId, actorName: entry.actorName, actorKind: entry.actorKind },
  ...{ action: entry.action, subject: entry.subject, requestId: requestId ?? '', detailJson: JSON.stringify(detail) },
})

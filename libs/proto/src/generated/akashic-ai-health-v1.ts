// Generated from akashic/ai_health/v1/ai_health.proto by npm run generate. Not edited by hand.

export interface AiHealthService {
  /** The guide's AIHealthReport, overall and for each provider. */
  getHealth: { kind: 'unary'; request: GetHealthRequest; response: GetHealthResponse }
  /** Decides what becomes of a request that failed, and does it. */
  handleFailure: { kind: 'unary'; request: HandleFailureRequest; response: HandleFailureResponse }
  getRequest: { kind: 'unary'; request: GetRequestRequest; response: GetRequestResponse }
  /** Newest first, without results. */
  listRequests: { kind: 'unary'; request: ListRequestsRequest; response: ListRequestsResponse }
  /** The guide's QualityReport. */
  getQuality: { kind: 'unary'; request: GetQualityRequest; response: GetQualityResponse }
  /** Judges an answer that did not come through the proxy. */
  addResponse: { kind: 'unary'; request: AddResponseRequest; response: AddResponseResponse }
  /** Takes what a person thinks of an answer. */
  addFeedback: { kind: 'unary'; request: AddFeedbackRequest; response: AddFeedbackResponse }
  listAudit: { kind: 'unary'; request: ListAuditRequest; response: ListAuditResponse }
}

export type Health = 'HEALTH_UNSPECIFIED' | 'HEALTH_HEALTHY' | 'HEALTH_DEGRADED' | 'HEALTH_FAILED' | 'HEALTH_UNKNOWN'

export type FailureClass = 'FAILURE_CLASS_UNSPECIFIED' | 'FAILURE_CLASS_RATE_LIMIT_EXCEEDED' | 'FAILURE_CLASS_QUOTA_EXHAUSTED' | 'FAILURE_CLASS_BAD_CREDENTIALS' | 'FAILURE_CLASS_MODEL_UNAVAILABLE' | 'FAILURE_CLASS_INVALID_REQUEST' | 'FAILURE_CLASS_API_CONNECTION_FAILED' | 'FAILURE_CLASS_OVERLOADED' | 'FAILURE_CLASS_INVALID_RESPONSE'

export type CircuitState = 'CIRCUIT_STATE_UNSPECIFIED' | 'CIRCUIT_STATE_CLOSED' | 'CIRCUIT_STATE_OPEN' | 'CIRCUIT_STATE_HALF_OPEN'

export interface Problem {
  class: FailureClass
  /** One sentence, for operators. */
  message: string
}

export interface Connectivity {
  status: Health
  latencyMs?: number
  /** Models that it lists. */
  modelsAvailable?: number
  lastCheckedAtMs?: number
  /** Absent while nothing is wrong. */
  problem?: Problem | null
}

export interface LimitUse {
  used?: number
  limit?: number
  /** When all of it is there again. */
  resetAtMs?: number
  /** How long what remains lasts if use goes on as now; absent where it does. */
  exhaustedInMs?: number
}

export interface RateLimits {
  requestsPerMinute?: LimitUse | null
  tokensPerMinute?: LimitUse | null
  recommendedAction: string
  /** Where the limits come from: `headers`, `configuration`; empty where they are unknown. */
  source: string
  observedAtMs?: number
}

export interface WantedModel {
  model: string
  /** Absent: the list could not be read. */
  isAvailable?: boolean
}

export interface ResponseQuality {
  status: Health
  /** Answers that were judged. */
  responses: number
  overallScore?: number
  coherenceScore?: number
  errorRate?: number
}

export interface Circuit {
  provider: string
  model: string
  state: CircuitState
  /** Class of the failures, `quality`; empty while it is closed. */
  reason: string
  /** Within the window. */
  failures: number
  successes: number
  openedAtMs?: number
  nextTrialAtMs?: number
  /** Until when the provider wants to be left alone, by its Retry-After. */
  coolingUntilMs?: number
  openedCount: number
}

export interface ProviderHealth {
  name: string
  kind: string
  priority: number
  overall: Health
  apiConnectivity?: Connectivity | null
  rateLimitStatus?: RateLimits | null
  modelAvailability: WantedModel[]
  responseQuality?: ResponseQuality | null
  recommendations: string[]
  circuits: Circuit[]
}

export interface GetHealthRequest {
  /** Asks every provider again before it answers. */
  refresh: boolean
}

export interface GetHealthResponse {
  overall: Health
  apiConnectivity?: Connectivity | null
  rateLimitStatus?: RateLimits | null
  /** Provider that rate_limit_status is about: the one that is closest to its limit. */
  rateLimitedProvider: string
  modelAvailability: WantedModel[]
  responseQuality?: ResponseQuality | null
  /** Worst first. */
  recommendations: string[]
  providers: ProviderHealth[]
  atMs: number
}

export interface HandleFailureRequest {
  class: FailureClass
  /** The class as the caller wrote it, which may be one that is not known; then it is handled generically. */
  type: string
  retryCount: number
  /** JSON body of the request, as it was sent. */
  originalRequestJson: string
  /** `chat` or `embeddings`; empty: found from the body. */
  endpoint: string
  /** Provider that failed; empty: the first choice. */
  provider: string
  /** What it answered, as far as the caller has it. */
  errorJson: string
  /** What its Retry-After header said. */
  retryAfter: string
  /** Virtual key whose rules hold; empty: none, and nothing is queued. */
  key: string
  idempotencyKey: string
  /** Bound of all attempts. */
  deadlineMs: number
}

export type FailureAction = 'FAILURE_ACTION_UNSPECIFIED' | 'FAILURE_ACTION_RETRY_WITH_BACKOFF' | 'FAILURE_ACTION_SWITCHED_TO_BACKUP' | 'FAILURE_ACTION_ALL_SERVICES_FAILED'

export interface HandleFailureResponse {
  action: FailureAction
  backoffTimeMs?: number
  estimatedRetryAtMs?: number
  /** Of the queued request; empty: the caller still owns it and tries again itself. */
  requestId: string
  /** Backup that answered, as `azure/gpt-4o`. */
  service: string
  resultJson: string
  error: string
  retryAfterMs?: number
  /** How the failure was understood. */
  class: FailureClass
  attempts: number
}

export type RequestState = 'REQUEST_STATE_UNSPECIFIED' | 'REQUEST_STATE_PENDING' | 'REQUEST_STATE_RUNNING' | 'REQUEST_STATE_SUCCEEDED' | 'REQUEST_STATE_FAILED' | 'REQUEST_STATE_UNCERTAIN' | 'REQUEST_STATE_EXPIRED'

export interface QueuedRequest {
  id: string
  version: number
  state: RequestState
  key: string
  endpoint: string
  /** Model that was asked for. */
  model: string
  attempts: number
  createdAtMs: number
  nextAttemptAtMs?: number
  completedAtMs?: number
  /** When it, or its result, is deleted. */
  expiresAtMs: number
  /** Provider and model of the last attempt. */
  provider: string
  answeredModel: string
  /** Absent while no attempt failed. */
  lastProblem?: Problem | null
}

export interface GetRequestRequest {
  id: string
}

export interface GetRequestResponse {
  request?: QueuedRequest | null
  /** Empty unless it succeeded. */
  resultJson: string
}

export interface ListRequestsRequest {
  limit: number
  cursor: string
  /** Unspecified: all. */
  state: RequestState
}

export interface ListRequestsResponse {
  requests: QueuedRequest[]
  /** Empty on the last page. */
  nextCursor: string
  /** Whether requests can be queued, and why not. */
  isQueueOpen: boolean
  queueProblem: string
  /** How many there are in each state. */
  counts: Record<string, number>
}

export interface GetQualityRequest {
  /** Newest so many answers; 0: 100. */
  window: number
  /** Empty: of all. */
  provider: string
  model: string
}

export interface QualityTrend {
  /** `coherence`, `relevance`, `length` or `errors`. */
  metric: string
  /** `rising`, `falling` or `stable`. */
  direction: string
  /** A response. */
  slope: number
  pValue: number
}

export interface QualityAlert {
  type: string
  /** `warning` or `critical`. */
  severity: string
  message: string
  threshold: number
  current: number
  /** Of which model; empty: of all together. */
  provider: string
  model: string
}

export interface QualityFlagCount {
  flag: string
  count: number
}

export interface ModelQuality {
  provider: string
  model: string
  responses: number
  scored: number
  overallScore?: number
  coherenceScore?: number
  relevanceScore?: number
  errorRate?: number
  flags: QualityFlagCount[]
  /** Signals whose change was noticed and that are not good again. */
  drifting: string[]
}

export interface GetQualityResponse {
  overallScore?: number
  averageLength?: number
  coherenceScore?: number
  relevanceScore?: number
  errorRate?: number
  userSatisfaction?: number
  trends: QualityTrend[]
  alerts: QualityAlert[]
  recommendations: string[]
  window: number
  responses: number
  scored: number
  /** Answers that this process did not look at, since it could not keep up. */
  dropped: number
  flags: QualityFlagCount[]
  models: ModelQuality[]
}

export interface AddResponseRequest {
  provider: string
  model: string
  prompt: string
  content: string
  finishReason: string
  /** `text` or `json`. */
  format: string
  requiredFields: string[]
  hasTokenLimit: boolean
  /** Unspecified: it was answered. */
  error: FailureClass
}

export interface AddResponseResponse {
  id: string
}

export interface AddFeedbackRequest {
  responseId: string
  /** 0 to 1. */
  rating: number
}

export type AddFeedbackResponse = Record<string, never>

export interface AuditEntry {
  id: string
  atMs: number
  service: string
  actorId: string
  actorName: string
  actorKind: string
  action: string
  subject: string
  requestId: string
  detailJson: string
  /** Asks for what comes after this entry. */
  cursor: string
}

export interface ListAuditRequest {
  limit: number
  cursor: string
  /** Only entries about this subject, when given. */
  subject: string
}

export interface ListAuditResponse {
  /** Newest first. */
  entries: AuditEntry[]
  nextCursor: string
}

// Generated from akashic/status/v1/status.proto by npm run generate. Not edited by hand.

export interface StatusService {
  /** The whole status first, then each change of it, then a heartbeat at least every 2 s that says until when it is known to hold. */
  watchStatus: { kind: 'server-stream'; request: WatchStatusRequest; response: WatchStatusResponse }
  /** Uptime windows, daily bars and response times of many components at once: what the page draws. */
  listUptime: { kind: 'unary'; request: ListUptimeRequest; response: ListUptimeResponse }
  /** One component's uptime over a window that ends now. */
  getUptime: { kind: 'unary'; request: GetUptimeRequest; response: GetUptimeResponse }
  /** The ledger of one component: what state it was in, from when to when, corrections applied and shown. */
  listHistory: { kind: 'unary'; request: ListHistoryRequest; response: ListHistoryResponse }
  listComponents: { kind: 'unary'; request: ListComponentsRequest; response: ListComponentsResponse }
  getComponent: { kind: 'unary'; request: GetComponentRequest; response: GetComponentResponse }
  createComponent: { kind: 'unary'; request: CreateComponentRequest; response: CreateComponentResponse }
  updateComponent: { kind: 'unary'; request: UpdateComponentRequest; response: UpdateComponentResponse }
  deleteComponent: { kind: 'unary'; request: DeleteComponentRequest; response: DeleteComponentResponse }
  createCorrection: { kind: 'unary'; request: CreateCorrectionRequest; response: CreateCorrectionResponse }
  /** A job says that it ran. The token is the job's credential. */
  recordHeartbeat: { kind: 'unary'; request: RecordHeartbeatRequest; response: RecordHeartbeatResponse }
  /** Another service pushes what it knows of a component that has a check of kind `reported`. */
  reportState: { kind: 'unary'; request: ReportStateRequest; response: ReportStateResponse }
  listAudit: { kind: 'unary'; request: ListAuditRequest; response: ListAuditResponse }
}

export type Status = 'STATUS_UNSPECIFIED' | 'STATUS_OPERATIONAL' | 'STATUS_DEGRADED' | 'STATUS_PARTIAL_OUTAGE' | 'STATUS_OUTAGE' | 'STATUS_MAINTENANCE' | 'STATUS_UNKNOWN'

export type Visibility = 'VISIBILITY_UNSPECIFIED' | 'VISIBILITY_PUBLIC' | 'VISIBILITY_INTERNAL'

/** What is known of a component now. */
export interface ComponentState {
  id: string
  name: string
  group: string
  description: string
  critical: boolean
  visibility: Visibility
  status: Status
  /** Since when the component has this status. */
  sinceMs: number
  responseTimeMs?: number
  /** When its checks last ran; absent when they never did. */
  lastCheckedMs?: number
  /** A sentence that may be shown to anybody: no address, no credential. */
  error?: string
  /** The same for operators, with addresses. */
  errorDetail?: string
  /** Id of the root dependency whose failure explains this state. */
  causedBy?: string
  /** Since when the component has been flapping; absent when it is steady. */
  flappingSinceMs?: number
  /** Place on the page. */
  position: number
}

export interface UptimeWindow {
  /** Share of the known, unplanned time that the component was up, 0 to 1; absent when nothing is known. */
  ratio?: number
  knownMs: number
  unknownMs: number
  downMs: number
  maintenanceMs: number
}

export interface UptimeWindows {
  last24h?: UptimeWindow | null
  last7d?: UptimeWindow | null
  last30d?: UptimeWindow | null
  last90d?: UptimeWindow | null
}

export type WatchStatusRequest = Record<string, never>

export interface WatchStatusResponse {
  /** True on the first message: `components` is everything. Later messages carry what changed. */
  isFull: boolean
  components: ComponentState[]
  removedIds: string[]
  /** Overall status over the public components (operational, degraded, outage, unknown). */
  overall: Status
  /** Since when. */
  overallSinceMs: number
  /** Uptime of the page as a whole. */
  uptime?: UptimeWindows | null
  /** When the content last changed. */
  generatedAtMs: number
  /** When the service last made sure that this is the durable truth. */
  asOfMs: number
  /** True while the checker cannot see (its own network is broken). */
  isBlind: boolean
  /** Over every component, internal ones too: for operators. */
  overallInternal: Status
  /** How long ago that was when this message was sent: the receiver's clock may differ. */
  asOfAgeMs: number
}

export interface ListUptimeRequest {
  /** All components when empty. */
  componentIds: string[]
}

export interface DayBar {
  /** UTC day, as YYYY-MM-DD. */
  day: string
  operationalMs: number
  degradedMs: number
  partialOutageMs: number
  outageMs: number
  maintenanceMs: number
  unknownMs: number
}

export interface ResponseTimePoint {
  /** Start of the five minutes. */
  atMs: number
  /** Mean of the successful checks in it; absent when there were none. */
  meanMs?: number
  maxMs?: number
}

export interface ComponentUptime {
  componentId: string
  windows?: UptimeWindows | null
  /** 90 days, oldest first, today last and partial. */
  days: DayBar[]
  /** The last 24 h in steps of five minutes, oldest first. */
  responseTimes: ResponseTimePoint[]
}

export interface ListUptimeResponse {
  components: ComponentUptime[]
}

export interface GetUptimeRequest {
  componentId: string
  windowMs: number
}

export interface GetUptimeResponse {
  uptime?: UptimeWindow | null
  fromMs: number
  toMs: number
}

export interface ListHistoryRequest {
  componentId: string
  limit: number
  cursor: string
}

export interface StateInterval {
  status: Status
  fromMs: number
  /** Absent while it lasts. */
  toMs?: number
  error?: string
  causedBy?: string
  isFlapping: boolean
  /** Present when a correction made this interval. */
  correction?: Correction
  /** What was recorded before the correction. */
  originalStatus?: Status
}

export interface ListHistoryResponse {
  /** Newest first. */
  intervals: StateInterval[]
  nextCursor: string
}

export interface Component {
  id: string
  version: number
  /** The definition as JSON in the shape of one entry of `components:` in akashic.yaml, secrets left out. */
  definitionJson: string
  /** True when akashic.yaml owns it; then it cannot be changed here. */
  ownedByFile: boolean
  createdAtMs: number
  updatedAtMs: number
  state?: ComponentState | null
}

export interface ListComponentsRequest {
  limit: number
  cursor: string
}

export interface ListComponentsResponse {
  components: Component[]
  nextCursor: string
}

export interface GetComponentRequest {
  id: string
}

export interface GetComponentResponse {
  component?: Component | null
}

export interface CreateComponentRequest {
  definitionJson: string
}

export interface CreateComponentResponse {
  component?: Component | null
}

export interface UpdateComponentRequest {
  id: string
  version: number
  /** A JSON merge patch (RFC 7396) of the definition. */
  patchJson: string
}

export interface UpdateComponentResponse {
  component?: Component | null
}

export interface DeleteComponentRequest {
  id: string
  version: number
}

export type DeleteComponentResponse = Record<string, never>

export interface Correction {
  id: string
  componentId: string
  fromMs: number
  toMs: number
  status: Status
  reason: string
  author: string
  createdAtMs: number
}

export interface CreateCorrectionRequest {
  componentId: string
  fromMs: number
  toMs: number
  status: Status
  reason: string
}

export interface CreateCorrectionResponse {
  correction?: Correction | null
}

export interface RecordHeartbeatRequest {
  token: string
}

export interface RecordHeartbeatResponse {
  nextDueAtMs: number
}

export interface ReportStateRequest {
  componentId: string
  /** operational, degraded, partial_outage, outage. */
  status: Status
  message: string
  /** How long the report holds; afterwards the check is unknown. */
  ttlMs: number
  responseTimeMs?: number
}

export interface ReportStateResponse {
  expiresAtMs: number
}

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

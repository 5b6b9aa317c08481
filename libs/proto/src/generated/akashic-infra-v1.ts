// Generated from akashic/infra/v1/infra.proto by npm run generate. Not edited by hand.

export interface InfraService {
  /** The clusters that are looked at, and how fresh what is known of each is. */
  listClusters: { kind: 'unary'; request: ListClustersRequest; response: ListClustersResponse }
  /** What is wrong with objects of clusters, worst first. */
  listFindings: { kind: 'unary'; request: ListFindingsRequest; response: ListFindingsResponse }
  /** Keeps a finding quiet for a while. */
  muteFinding: { kind: 'unary'; request: MuteFindingRequest; response: MuteFindingResponse }
  /** Says why: starts a diagnosis, and waits for it as long as it is told to. */
  createDiagnosis: { kind: 'unary'; request: CreateDiagnosisRequest; response: CreateDiagnosisResponse }
  getDiagnosis: { kind: 'unary'; request: GetDiagnosisRequest; response: GetDiagnosisResponse }
  /** Ends a diagnosis that runs; one that has ended stays as it is. */
  cancelDiagnosis: { kind: 'unary'; request: CancelDiagnosisRequest; response: CancelDiagnosisResponse }
  /** Newest first, without results. */
  listDiagnoses: { kind: 'unary'; request: ListDiagnosesRequest; response: ListDiagnosesResponse }
  /** The guide's NodeDiagnosisReport. */
  getNodes: { kind: 'unary'; request: GetNodesRequest; response: GetNodesResponse }
  /** Classes, claims and volumes: who uses them, how full they are, and what is wrong with them. */
  getStorage: { kind: 'unary'; request: GetStorageRequest; response: GetStorageResponse }
  /** How workloads are sized and scaled, and what would be better. */
  getAutoscaling: { kind: 'unary'; request: GetAutoscalingRequest; response: GetAutoscalingResponse }
  /** Postgres databases that are looked at. */
  listDatabases: { kind: 'unary'; request: ListDatabasesRequest; response: ListDatabasesResponse }
  /** How a database is, read now. */
  getDatabase: { kind: 'unary'; request: GetDatabaseRequest; response: GetDatabaseResponse }
  /** The guide's PerformanceReport, measured now. */
  getPerformance: { kind: 'unary'; request: GetPerformanceRequest; response: GetPerformanceResponse }
  /** Workloads with what is wanted, what is ready, and the worst that is wrong; worst first. */
  listWorkloads: { kind: 'unary'; request: ListWorkloadsRequest; response: ListWorkloadsResponse }
  /** Whether traffic gets from one end to the other by the network policies. */
  getReachability: { kind: 'unary'; request: GetReachabilityRequest; response: GetReachabilityResponse }
  /** What a name leads to for a pod of a namespace, and how the name service is. */
  lookUpName: { kind: 'unary'; request: LookUpNameRequest; response: LookUpNameResponse }
  /** What was changed in clusters, newest first. */
  listChanges: { kind: 'unary'; request: ListChangesRequest; response: ListChangesResponse }
  /** How far a workload's rollout is, what its revisions changed, and the rollback that would help. */
  getRollout: { kind: 'unary'; request: GetRolloutRequest; response: GetRolloutResponse }
  /** Helm's releases, by the names and labels of its Secrets. */
  listReleases: { kind: 'unary'; request: ListReleasesRequest; response: ListReleasesResponse }
  /** One release: history, values without secrets, hooks, and what differs from the cluster. */
  getRelease: { kind: 'unary'; request: GetReleaseRequest; response: GetReleaseResponse }
  /** The five sections of the guide's quick diagnosis. */
  getQuickDiagnosis: { kind: 'unary'; request: GetQuickDiagnosisRequest; response: GetQuickDiagnosisResponse }
  /** What people who had a trouble before wrote down. */
  listRunbooks: { kind: 'unary'; request: ListRunbooksRequest; response: ListRunbooksResponse }
  /** Puts load on an allowed target, one test at a time for each. */
  startLoadTest: { kind: 'unary'; request: StartLoadTestRequest; response: StartLoadTestResponse }
  getLoadTest: { kind: 'unary'; request: GetLoadTestRequest; response: GetLoadTestResponse }
  /** Newest first, without results. */
  listLoadTests: { kind: 'unary'; request: ListLoadTestsRequest; response: ListLoadTestsResponse }
  cancelLoadTest: { kind: 'unary'; request: CancelLoadTestRequest; response: CancelLoadTestResponse }
  listAudit: { kind: 'unary'; request: ListAuditRequest; response: ListAuditResponse }
}

/** An object of a cluster. The namespace is empty where it has none. */
export interface ObjectReference {
  kind: string
  namespace: string
  name: string
}

export type ListClustersRequest = Record<string, never>

export interface ListClustersResponse {
  clusterJson: string[]
}

export interface ListFindingsRequest {
  /** Empty: all. */
  cluster: string
  namespace: string
  severity: string
  rule: string
  /** `open` or `resolved`; empty: open. */
  state: string
  includeMuted: boolean
  limit: number
  cursor: string
}

export interface ListFindingsResponse {
  findingJson: string[]
  nextCursor: string
}

export interface MuteFindingRequest {
  id: string
  reason: string
  /** 0 unmutes. */
  untilMs: number
}

export interface MuteFindingResponse {
  findingJson: string
}

export interface CreateDiagnosisRequest {
  /** Empty: the only cluster there is. */
  cluster: string
  /** `cluster`, `namespace`, `workload` or `component`. */
  scope: string
  namespace: string
  /** For a workload. */
  workload?: ObjectReference | null
  /** For a component: its id. */
  component: string
  waitMs: number
  /** Only what began, happened again or was changed since then counts; 0: all that is known. ms since 1970. */
  sinceMs: number
}

export interface Diagnosis {
  id: string
  cluster: string
  /** `running`, `succeeded`, `failed` or `cancelled`. */
  state: string
  scopeJson: string
  /** Empty until it has succeeded. */
  resultJson: string
  /** Empty unless it has failed. */
  problem: string
  incidentId: string
  createdAtMs: number
  finishedAtMs?: number
  /** The step that runs, or that it ended in: `looking`, `reading_logs`, `explaining`, `done`. */
  progress: string
}

export interface CreateDiagnosisResponse {
  diagnosis?: Diagnosis | null
}

export interface GetDiagnosisRequest {
  id: string
  waitMs: number
}

export interface GetDiagnosisResponse {
  diagnosis?: Diagnosis | null
}

export interface CancelDiagnosisRequest {
  id: string
}

export interface CancelDiagnosisResponse {
  diagnosis?: Diagnosis | null
}

export interface ListDiagnosesRequest {
  cluster: string
  incidentId: string
  limit: number
  cursor: string
}

export interface ListDiagnosesResponse {
  diagnoses: Diagnosis[]
  nextCursor: string
}

export interface GetNodesRequest {
  cluster: string
}

export interface GetNodesResponse {
  reportJson: string
}

export interface GetStorageRequest {
  cluster: string
  /** Empty: all. */
  namespace: string
}

export interface GetStorageResponse {
  reportJson: string
}

export interface GetAutoscalingRequest {
  /** Empty: the only one there is. */
  cluster: string
  /** Empty: all. */
  namespace: string
}

export interface GetAutoscalingResponse {
  reportJson: string
}

export type ListDatabasesRequest = Record<string, never>

export interface ListDatabasesResponse {
  databaseJson: string[]
}

export interface GetDatabaseRequest {
  name: string
  /** Empty: all. */
  topic: string
}

export interface GetDatabaseResponse {
  reportJson: string
}

export interface GetPerformanceRequest {
  /** Empty: all components. */
  component: string
}

export interface GetPerformanceResponse {
  reportJson: string
}

export interface ListWorkloadsRequest {
  cluster: string
  /** Empty: all. */
  namespace: string
  limit: number
  cursor: string
}

export interface ListWorkloadsResponse {
  workloadJson: string[]
  nextCursor: string
  /** Kinds that could not be read, each with the reason. */
  unseenJson: string[]
}

export interface GetReachabilityRequest {
  cluster: string
  from?: ObjectReference | null
  to?: ObjectReference | null
  port: number
  /** `TCP`, `UDP` or `SCTP`; empty: TCP. */
  protocol: string
}

export interface GetReachabilityResponse {
  reachabilityJson: string
}

export interface LookUpNameRequest {
  cluster: string
  name: string
  /** Empty: `default`. */
  namespace: string
}

export interface LookUpNameResponse {
  lookupJson: string
}

export interface ListChangesRequest {
  cluster: string
  namespace: string
  sinceMs: number
  limit: number
  cursor: string
}

export interface ListChangesResponse {
  changeJson: string[]
  nextCursor: string
}

export interface GetRolloutRequest {
  cluster: string
  workload?: ObjectReference | null
}

export interface GetRolloutResponse {
  rolloutJson: string
}

export interface ListReleasesRequest {
  cluster: string
  /** Empty: every namespace whose Secrets may be read. */
  namespace: string
}

export interface ListReleasesResponse {
  releaseJson: string[]
  /** Namespaces whose releases are unknown, each with the reason. */
  unreadJson: string[]
}

export interface GetReleaseRequest {
  cluster: string
  namespace: string
  name: string
}

export interface GetReleaseResponse {
  releaseJson: string
}

export type GetQuickDiagnosisRequest = Record<string, never>

export interface GetQuickDiagnosisResponse {
  reportJson: string
}

export type ListRunbooksRequest = Record<string, never>

export interface ListRunbooksResponse {
  runbookJson: string[]
}

export interface StartLoadTestRequest {
  /** YAML. */
  test: string
  /** For `${NAME}` of the YAML. */
  env: Record<string, string>
}

export interface StartLoadTestResponse {
  loadTestJson: string
}

export interface GetLoadTestRequest {
  id: string
}

export interface GetLoadTestResponse {
  loadTestJson: string
}

export interface ListLoadTestsRequest {
  limit: number
  cursor: string
}

export interface ListLoadTestsResponse {
  loadTestJson: string[]
  nextCursor: string
}

export interface CancelLoadTestRequest {
  id: string
}

export interface CancelLoadTestResponse {
  loadTestJson: string
}

export interface ListAuditRequest {
  limit: number
  cursor: string
  subject: string
}

export interface ListAuditResponse {
  entries: AuditEntry[]
  nextCursor: string
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
  /** Continues a list after this entry. */
  cursor: string
}

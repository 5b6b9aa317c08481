// Generated from akashic/status/v1/alerts.proto and akashic/status/v1/incidents.proto and akashic/status/v1/notifications.proto and akashic/status/v1/on_call.proto and akashic/status/v1/status.proto by npm run generate. Not edited by hand.

export interface AlertService {
  /** Says that an alert fires, or fires no more. Saying it again changes nothing but when it was last seen. */
  raiseAlert: { kind: 'unary'; request: RaiseAlertRequest; response: RaiseAlertResponse }
  /** As RaiseAlert, for many at once; those that nothing can be made of are refused, the others are taken. */
  raiseAlerts: { kind: 'unary'; request: RaiseAlertsRequest; response: RaiseAlertsResponse }
  /** Newest first. */
  listAlerts: { kind: 'unary'; request: ListAlertsRequest; response: ListAlertsResponse }
  /** Mutes what matches, until its end. */
  addSilence: { kind: 'unary'; request: AddSilenceRequest; response: AddSilenceResponse }
  /** What a silence would mute now, and would have muted in the last week. */
  previewSilence: { kind: 'unary'; request: PreviewSilenceRequest; response: PreviewSilenceResponse }
  endSilence: { kind: 'unary'; request: EndSilenceRequest; response: EndSilenceResponse }
  /** Newest first. */
  listSilences: { kind: 'unary'; request: ListSilencesRequest; response: ListSilencesResponse }
}

export type AlertStatus = 'ALERT_STATUS_UNSPECIFIED' | 'ALERT_STATUS_FIRING' | 'ALERT_STATUS_RESOLVED'

export type AlertSeverity = 'ALERT_SEVERITY_UNSPECIFIED' | 'ALERT_SEVERITY_CRITICAL' | 'ALERT_SEVERITY_WARNING' | 'ALERT_SEVERITY_INFO'

export interface Alert {
  id: string
  version: number
  /** What raised it. */
  source: string
  /** What makes it the same alert when it is raised again, within its source. */
  fingerprint: string
  /** Empty where it is about no component. */
  componentId: string
  status: AlertStatus
  severity: AlertSeverity
  /** One sentence, for operators. */
  summary: string
  /** Role in the incident that is to act, and who has it; empty where nobody is named. */
  assigneeRole: string
  assigneePerson: string
  /** Empty while it belongs to no incident. */
  incidentId: string
  firedAtMs: number
  /** When it was last said to fire. */
  lastSeenAtMs: number
  resolvedAtMs?: number
  /** What it says of itself. */
  labels: Record<string, string>
}

export interface RaiseAlertRequest {
  source: string
  fingerprint: string
  componentId: string
  status: AlertStatus
  severity: AlertSeverity
  summary: string
  /** When it began to fire; absent: now. */
  startedAtMs?: number
}

export interface RaiseAlertResponse {
  /** Absent when nothing fired that could be resolved. */
  alert?: Alert | null
  /** True when it began to fire by this. */
  isNew: boolean
}

export interface ListAlertsRequest {
  limit: number
  cursor: string
  /** Unspecified: all. */
  status: AlertStatus
  /** Empty: of all sources. */
  source: string
  /** Empty: of all components. */
  componentId: string
}

export interface ListAlertsResponse {
  alerts: Alert[]
  /** Empty on the last page. */
  nextCursor: string
}

export interface RaiseAlertsRequest {
  /** What raises them, as `prometheus`. */
  source: string
  alerts: LabelledAlert[]
}

/** An alert as Prometheus and Alertmanager tell of it. */
export interface LabelledAlert {
  labels: Record<string, string>
  annotations: Record<string, string>
  status: AlertStatus
  startsAtMs?: number
  /** When it ended, or ends unless it is heard of again. */
  endsAtMs?: number
}

export interface RaiseAlertsResponse {
  fired: number
  resolved: number
  refused: RefusedAlert[]
}

export interface RefusedAlert {
  /** Place in the request, from 0. */
  index: number
  reason: string
}

export interface Silence {
  id: string
  version: number
  matchers: SilenceMatcher[]
  author: string
  reason: string
  createdAtMs: number
  startMs: number
  endMs: number
}

export interface SilenceMatcher {
  name: string
  value: string
  isRegex: boolean
  isEqual: boolean
}

export interface AddSilenceRequest {
  matchers: SilenceMatcher[]
  reason: string
  /** Absent: now. */
  startMs?: number
  endMs: number
}

export interface AddSilenceResponse {
  silence?: Silence | null
}

export interface PreviewSilenceRequest {
  matchers: SilenceMatcher[]
}

export interface PreviewSilenceResponse {
  /** Alerts that fire now and would be muted; at most 50 of them. */
  now: Alert[]
  nowCount: number
  /** Alerts that fired in the last seven days and would have been. */
  lastWeekCount: number
  /** Open incidents whose page would be held back. */
  incidentIds: string[]
}

export interface EndSilenceRequest {
  id: string
}

export interface EndSilenceResponse {
  silence?: Silence | null
}

export interface ListSilencesRequest {
  limit: number
  cursor: string
  /** Those that ended, too. */
  withEnded: boolean
}

export interface ListSilencesResponse {
  silences: Silence[]
  /** Empty on the last page. */
  nextCursor: string
}

export interface IncidentService {
  openIncident: { kind: 'unary'; request: OpenIncidentRequest; response: OpenIncidentResponse }
  listIncidents: { kind: 'unary'; request: ListIncidentsRequest; response: ListIncidentsResponse }
  getIncident: { kind: 'unary'; request: GetIncidentRequest; response: GetIncidentResponse }
  /** Changes what is not a transition: title, severity, visibility, components, ticket link. */
  changeIncident: { kind: 'unary'; request: ChangeIncidentRequest; response: ChangeIncidentResponse }
  /** An update in words, with a transition where `status` differs from the present one. Resolving and reopening are updates too. */
  addUpdate: { kind: 'unary'; request: AddUpdateRequest; response: AddUpdateResponse }
  /** Makes a draft public. */
  publishUpdate: { kind: 'unary'; request: PublishUpdateRequest; response: PublishUpdateResponse }
  /** Changes the words of a published update or of a draft; the original stays in the timeline. */
  editUpdate: { kind: 'unary'; request: EditUpdateRequest; response: EditUpdateResponse }
  /** Takes a published update back, or drops a draft; it stays in the timeline. */
  withdrawUpdate: { kind: 'unary'; request: WithdrawUpdateRequest; response: WithdrawUpdateResponse }
  assignRole: { kind: 'unary'; request: AssignRoleRequest; response: AssignRoleResponse }
  tickChecklistItem: { kind: 'unary'; request: TickChecklistItemRequest; response: TickChecklistItemResponse }
  /** Keeps the link of the incident's ticket, whatever version the incident is at. */
  linkTicket: { kind: 'unary'; request: LinkTicketRequest; response: LinkTicketResponse }
  listTimeline: { kind: 'unary'; request: ListTimelineRequest; response: ListTimelineResponse }
  /** Recomputes the hash chain of the timeline. */
  verifyTimeline: { kind: 'unary'; request: VerifyTimelineRequest; response: VerifyTimelineResponse }
  /** The draft made from the timeline, or what was last saved over it. */
  getPostmortem: { kind: 'unary'; request: GetPostmortemRequest; response: GetPostmortemResponse }
  savePostmortem: { kind: 'unary'; request: SavePostmortemRequest; response: SavePostmortemResponse }
  saveActionItem: { kind: 'unary'; request: SaveActionItemRequest; response: SaveActionItemResponse }
  /** Of all incidents; open ones first, by due date. */
  listActionItems: { kind: 'unary'; request: ListActionItemsRequest; response: ListActionItemsResponse }
  /** What the public may see, newest first: incidents with their published updates. */
  listPublicIncidents: { kind: 'unary'; request: ListPublicIncidentsRequest; response: ListPublicIncidentsResponse }
  /** Where what the public is told and what is known differ, newest first. */
  listTruthFindings: { kind: 'unary'; request: ListTruthFindingsRequest; response: ListTruthFindingsResponse }
}

export interface MaintenanceService {
  scheduleMaintenance: { kind: 'unary'; request: ScheduleMaintenanceRequest; response: ScheduleMaintenanceResponse }
  changeMaintenance: { kind: 'unary'; request: ChangeMaintenanceRequest; response: ChangeMaintenanceResponse }
  /** scheduled -> in_progress -> verifying -> completed, or cancelled before it began. */
  transitionMaintenance: { kind: 'unary'; request: TransitionMaintenanceRequest; response: TransitionMaintenanceResponse }
  getMaintenance: { kind: 'unary'; request: GetMaintenanceRequest; response: GetMaintenanceResponse }
  listMaintenances: { kind: 'unary'; request: ListMaintenancesRequest; response: ListMaintenancesResponse }
}

/** 1 to 5; 1 is the worst. */
export type Severity = 'SEVERITY_UNSPECIFIED' | 'SEVERITY_SEV_1' | 'SEVERITY_SEV_2' | 'SEVERITY_SEV_3' | 'SEVERITY_SEV_4' | 'SEVERITY_SEV_5'

export type IncidentStatus = 'INCIDENT_STATUS_UNSPECIFIED' | 'INCIDENT_STATUS_INVESTIGATING' | 'INCIDENT_STATUS_IDENTIFIED' | 'INCIDENT_STATUS_MONITORING' | 'INCIDENT_STATUS_RESOLVED' | 'INCIDENT_STATUS_POSTMORTEM'

export type IncidentVisibility = 'INCIDENT_VISIBILITY_UNSPECIFIED' | 'INCIDENT_VISIBILITY_PUBLIC' | 'INCIDENT_VISIBILITY_INTERNAL' | 'INCIDENT_VISIBILITY_RESTRICTED'

export type Impact = 'IMPACT_UNSPECIFIED' | 'IMPACT_NONE' | 'IMPACT_MINOR' | 'IMPACT_MAJOR' | 'IMPACT_CRITICAL'

export type UpdateState = 'UPDATE_STATE_UNSPECIFIED' | 'UPDATE_STATE_DRAFT' | 'UPDATE_STATE_PUBLISHED' | 'UPDATE_STATE_WITHDRAWN'

export type MaintenanceStatus = 'MAINTENANCE_STATUS_UNSPECIFIED' | 'MAINTENANCE_STATUS_SCHEDULED' | 'MAINTENANCE_STATUS_IN_PROGRESS' | 'MAINTENANCE_STATUS_VERIFYING' | 'MAINTENANCE_STATUS_COMPLETED' | 'MAINTENANCE_STATUS_CANCELLED'

export interface IncidentComponent {
  id: string
  name: string
  /** Worst status it had during the incident. */
  worstStatus: Status
  joinedAtMs: number
  recoveredAtMs?: number
  /** True of the component whose failure explains the others. */
  isRoot: boolean
}

export interface AffectedComponent {
  id: string
  name: string
  oldStatus: Status
  newStatus: Status
}

export interface IncidentUpdate {
  id: string
  status: IncidentStatus
  /** Markdown; never raw HTML. */
  body: string
  state: UpdateState
  author: string
  createdAtMs: number
  updatedAtMs: number
  publishedAtMs?: number
  /** When the next update is promised. */
  nextUpdateAtMs?: number
  affectedComponents: AffectedComponent[]
  /** Of an update of a maintenance: where it stood then. */
  maintenanceStatus?: MaintenanceStatus
}

export interface RoleAssignment {
  /** incident_commander, technical_lead, communications_lead, scribe, subject_matter_expert, customer_liaison, internal_liaison, deputy. */
  role: string
  person: string
  sinceMs: number
}

export interface ChecklistItem {
  /** As `assess.severity`. */
  key: string
  /** 1 to 5, as in the response checklist. */
  step: number
  text: string
  dueAtMs?: number
  tickedAtMs?: number
  tickedBy?: string
  isTickedBySystem: boolean
  /** Link or sentence that shows it. */
  evidence: string
  isOverdue: boolean
}

export interface Incident {
  id: string
  version: number
  title: string
  severity: Severity
  status: IncidentStatus
  visibility: IncidentVisibility
  impact: Impact
  startedAtMs: number
  openedAtMs: number
  identifiedAtMs?: number
  monitoringAtMs?: number
  resolvedAtMs?: number
  updatedAtMs: number
  nextUpdateAtMs?: number
  isUpdateOverdue: boolean
  components: IncidentComponent[]
  updates: IncidentUpdate[]
  roles: RoleAssignment[]
  checklist: ChecklistItem[]
  ticketUrl: string
  /** What opened it: `person:...`, `policy:...`. */
  openedBy: string
  reopenedCount: number
  /** First moment at which the public could read of it. */
  firstPublishedAtMs?: number
}

export interface OpenIncidentRequest {
  title: string
  severity: Severity
  visibility: IncidentVisibility
  componentIds: string[]
  /** The first update; published at once when `publish` and the visibility is public, else a draft. */
  body: string
  publish: boolean
  nextUpdateAtMs?: number
  /** When it began, if earlier than now. */
  startedAtMs?: number
}

export interface OpenIncidentResponse {
  incident?: Incident | null
}

export interface ListIncidentsRequest {
  limit: number
  cursor: string
  /** All when empty. */
  statuses: IncidentStatus[]
  severities: Severity[]
  componentId: string
}

export interface ListIncidentsResponse {
  /** Newest first, without updates, roles and checklist. */
  incidents: Incident[]
  nextCursor: string
}

export interface GetIncidentRequest {
  id: string
}

export interface GetIncidentResponse {
  incident?: Incident | null
}

export interface ChangeIncidentRequest {
  id: string
  version: number
  title?: string
  severity?: Severity
  visibility?: IncidentVisibility
  ticketUrl?: string
  addComponentIds: string[]
  removeComponentIds: string[]
}

export interface ChangeIncidentResponse {
  incident?: Incident | null
}

export interface LinkTicketRequest {
  id: string
  /** Empty takes the link away. */
  url: string
}

export interface LinkTicketResponse {
  incident?: Incident | null
}

export interface AddUpdateRequest {
  id: string
  version: number
  status: IncidentStatus
  body: string
  publish: boolean
  nextUpdateAtMs?: number
  /** Refused unless the incident is open (true), or over (false). */
  expectsOpen?: boolean
}

export interface AddUpdateResponse {
  incident?: Incident | null
  updateId: string
}

export interface PublishUpdateRequest {
  id: string
  version: number
  updateId: string
}

export interface PublishUpdateResponse {
  incident?: Incident | null
}

export interface EditUpdateRequest {
  id: string
  version: number
  updateId: string
  body: string
}

export interface EditUpdateResponse {
  incident?: Incident | null
}

export interface WithdrawUpdateRequest {
  id: string
  version: number
  updateId: string
  reason: string
}

export interface WithdrawUpdateResponse {
  incident?: Incident | null
}

export interface AssignRoleRequest {
  id: string
  version: number
  role: string
  /** Empty: nobody any more. */
  person: string
}

export interface AssignRoleResponse {
  incident?: Incident | null
}

export interface TickChecklistItemRequest {
  id: string
  version: number
  key: string
  isTicked: boolean
  evidence: string
}

export interface TickChecklistItemResponse {
  incident?: Incident | null
}

export interface TimelineEntry {
  /** From 1, without a hole. */
  seq: number
  atMs: number
  actor: string
  /** opened, joined, status_changed, update_drafted, update_published, update_edited, update_withdrawn, role_assigned, ... */
  kind: string
  bodyJson: string
  /** SHA-256 in hex of the entry before and of this one. */
  previousHash: string
  hash: string
}

export interface ListTimelineRequest {
  id: string
  limit: number
  cursor: string
}

export interface ListTimelineResponse {
  /** Oldest first. */
  entries: TimelineEntry[]
  nextCursor: string
}

export interface VerifyTimelineRequest {
  id: string
}

export interface VerifyTimelineResponse {
  isIntact: boolean
  entries: number
  headHash: string
  /** First entry that does not fit; absent when intact. */
  brokenAtSeq?: number
  problem: string
}

export interface Duration {
  /** detect, acknowledge, mitigate, resolve, first_public_word. */
  name: string
  fromMs: number
  toMs?: number
}

export interface GetPostmortemRequest {
  id: string
}

export interface GetPostmortemResponse {
  /** Markdown. */
  body: string
  isDraft: boolean
  isPublished: boolean
  version: number
  durations: Duration[]
  actionItems: ActionItem[]
  /** When the postmortem is due by its severity. */
  dueAtMs?: number
}

export interface SavePostmortemRequest {
  id: string
  /** Version of the postmortem, 0 for the first. */
  version: number
  body: string
  publish: boolean
}

export interface SavePostmortemResponse {
  version: number
}

export interface ActionItem {
  id: string
  incidentId: string
  text: string
  owner: string
  dueAtMs: number
  doneAtMs?: number
  isOverdue: boolean
}

export interface SaveActionItemRequest {
  incidentId: string
  /** Empty for a new one, which needs text, owner and due_at_ms. */
  itemId: string
  /** Of an item that is there, what is absent stays as it is. */
  text?: string
  owner?: string
  dueAtMs?: number
  isDone?: boolean
}

export interface SaveActionItemResponse {
  item?: ActionItem | null
}

export interface ListActionItemsRequest {
  limit: number
  cursor: string
  includeDone: boolean
}

export interface ListActionItemsResponse {
  items: ActionItem[]
  nextCursor: string
}

export interface PublicIncident {
  id: string
  title: string
  status: IncidentStatus
  impact: Impact
  startedAtMs: number
  createdAtMs: number
  updatedAtMs: number
  monitoringAtMs?: number
  resolvedAtMs?: number
  nextUpdateAtMs?: number
  /** Public components only. */
  components: IncidentComponent[]
  /** Published ones, newest first. */
  updates: IncidentUpdate[]
  /** From the first red check to the first public word. */
  firstWordAfterMs?: number
  /** The published postmortem, in Markdown; empty before. */
  postmortem: string
}

export interface ListPublicIncidentsRequest {
  limit: number
  cursor: string
  onlyUnresolved: boolean
  /** Only this one, when given. */
  id: string
}

export interface ListPublicIncidentsResponse {
  incidents: PublicIncident[]
  nextCursor: string
}

export interface TruthFinding {
  id: string
  /** page_green_while_red, page_stale, no_public_word, update_overdue, maintenance_past_end or open_though_recovered. */
  kind: string
  /** component, incident, maintenance or replica. */
  subjectKind: string
  subjectId: string
  /** One sentence, for operators. */
  summary: string
  /** Since when it has been so. */
  sinceMs: number
  /** When an audit first saw it. */
  openedAtMs: number
  /** When an audit saw it no more; absent while it is so. */
  closedAtMs?: number
}

export interface ListTruthFindingsRequest {
  limit: number
  cursor: string
  /** Those that are not so any more, instead of those that are. */
  onlyClosed: boolean
}

export interface ListTruthFindingsResponse {
  findings: TruthFinding[]
  nextCursor: string
  /** When the last audit was; absent before the first: then nothing is known. */
  auditedAtMs?: number
}

export interface Maintenance {
  id: string
  version: number
  title: string
  body: string
  status: MaintenanceStatus
  visibility: IncidentVisibility
  componentIds: string[]
  scheduledForMs: number
  scheduledUntilMs: number
  /** Checks of its components do not run while it lasts; otherwise they run and are shown to operators only. */
  pausesChecks: boolean
  /** Begins and ends by the clock; otherwise a person does. */
  isAutomatic: boolean
  startedAtMs?: number
  completedAtMs?: number
  createdAtMs: number
  updatedAtMs: number
  updates: IncidentUpdate[]
}

export interface ScheduleMaintenanceRequest {
  title: string
  body: string
  visibility: IncidentVisibility
  componentIds: string[]
  scheduledForMs: number
  scheduledUntilMs: number
  pausesChecks: boolean
  isAutomatic: boolean
}

export interface ScheduleMaintenanceResponse {
  maintenance?: Maintenance | null
}

export interface ChangeMaintenanceRequest {
  id: string
  version: number
  title?: string
  body?: string
  scheduledForMs?: number
  scheduledUntilMs?: number
}

export interface ChangeMaintenanceResponse {
  maintenance?: Maintenance | null
}

export interface TransitionMaintenanceRequest {
  id: string
  version: number
  status: MaintenanceStatus
  body: string
}

export interface TransitionMaintenanceResponse {
  maintenance?: Maintenance | null
}

export interface GetMaintenanceRequest {
  id: string
}

export interface GetMaintenanceResponse {
  maintenance?: Maintenance | null
}

export interface ListMaintenancesRequest {
  limit: number
  cursor: string
  /** All when empty. */
  statuses: MaintenanceStatus[]
  /** Only public ones, without who did what. */
  onlyPublic: boolean
}

export interface ListMaintenancesResponse {
  /** By start, latest first. */
  maintenances: Maintenance[]
  nextCursor: string
}

export interface NotificationService {
  /** Newest first. */
  listNotifications: { kind: 'unary'; request: ListNotificationsRequest; response: ListNotificationsResponse }
  getNotification: { kind: 'unary'; request: GetNotificationRequest; response: GetNotificationResponse }
  /** Tries one again that was given up. */
  retryNotification: { kind: 'unary'; request: RetryNotificationRequest; response: RetryNotificationResponse }
  /** Sends a test message. */
  testChannel: { kind: 'unary'; request: TestChannelRequest; response: TestChannelResponse }
  /** The channels of the configuration, without their secrets. */
  listChannels: { kind: 'unary'; request: ListChannelsRequest; response: ListChannelsResponse }
}

export interface Notification {
  id: string
  channel: string
  /** Whom it reaches on the channel; empty: whom the channel names. */
  recipient: string
  /** What it is about, as `incident:<id>`. */
  subject: string
  /** As `incident.opened`. */
  type: string
  title: string
  /** Id of the person who is paged by it; empty: nobody. */
  person: string
  /** queued, sending, delivered, superseded or dead. */
  state: string
  attempts: number
  /** True when an attempt may have been delivered although nothing says so. */
  isUncertain: boolean
  lastError: string
  createdAtMs: number
  nextAttemptAtMs?: number
  settledAtMs?: number
  giveUpAtMs: number
}

export interface ListNotificationsRequest {
  limit: number
  cursor: string
  /** Empty: of all states. */
  state: string
  /** Empty: of all channels. */
  channel: string
  /** Empty: of all incidents and none. */
  incidentId: string
}

export interface ListNotificationsResponse {
  notifications: Notification[]
  /** Empty on the last page. */
  nextCursor: string
}

export interface GetNotificationRequest {
  id: string
}

export interface GetNotificationResponse {
  notification?: Notification | null
}

export interface RetryNotificationRequest {
  id: string
}

export interface RetryNotificationResponse {
  notification?: Notification | null
}

export interface TestChannelRequest {
  channel: string
  /** Whom it is to reach on the channel; empty: whom the channel names. */
  recipient: string
}

export interface TestChannelResponse {
  notification?: Notification | null
}

export type ListChannelsRequest = Record<string, never>

export interface ListChannelsResponse {
  channels: Channel[]
}

export interface Channel {
  name: string
  type: string
}

export interface OnCallService {
  /** Who is on call at an instant, in every schedule. */
  getOnCall: { kind: 'unary'; request: GetOnCallRequest; response: GetOnCallResponse }
  /** The shifts of a schedule within a time. */
  listShifts: { kind: 'unary'; request: ListShiftsRequest; response: ListShiftsResponse }
  /** The schedules and escalation policies of the configuration. */
  listSchedules: { kind: 'unary'; request: ListSchedulesRequest; response: ListSchedulesResponse }
  addOverride: { kind: 'unary'; request: AddOverrideRequest; response: AddOverrideResponse }
  cancelOverride: { kind: 'unary'; request: CancelOverrideRequest; response: CancelOverrideResponse }
  listOverrides: { kind: 'unary'; request: ListOverridesRequest; response: ListOverridesResponse }
  /** Newest first. */
  listPages: { kind: 'unary'; request: ListPagesRequest; response: ListPagesResponse }
  answerPage: { kind: 'unary'; request: AnswerPageRequest; response: AnswerPageResponse }
  /** The page that a signed link is for. Looking changes nothing. */
  readPageByLink: { kind: 'unary'; request: ReadPageByLinkRequest; response: ReadPageByLinkResponse }
  /** Answers the page that a signed link is for, as whom it was sent to. */
  answerPageByLink: { kind: 'unary'; request: AnswerPageByLinkRequest; response: AnswerPageByLinkResponse }
}

export interface Shift {
  /** Empty: nobody, a gap. */
  personId: string
  personName: string
  startMs: number
  endMs: number
  /** rotation, override or gap. */
  because: string
}

export interface GetOnCallRequest {
  /** Absent: now. */
  atMs?: number
}

export interface GetOnCallResponse {
  schedules: OnCall[]
}

export interface OnCall {
  schedule: string
  timeZone: string
  shift?: Shift | null
  /** Absent when it is further ahead than shifts are looked for. */
  next?: Shift | null
}

export interface ListShiftsRequest {
  schedule: string
  fromMs: number
  toMs: number
}

export interface ListShiftsResponse {
  shifts: Shift[]
}

export type ListSchedulesRequest = Record<string, never>

export interface ListSchedulesResponse {
  schedules: Schedule[]
  policies: EscalationPolicy[]
}

export interface Schedule {
  name: string
  timeZone: string
  rotations: Rotation[]
}

export interface Rotation {
  /** Ids of the people, in turn. */
  people: string[]
  days: number
  /** Day on which the first turn begins, as 2026-01-05. */
  starting: string
  /** Time of day, as 09:00. */
  handOverAt: string
}

export interface EscalationPolicy {
  name: string
  severities: string[]
  steps: EscalationStep[]
  repeat: number
}

export interface EscalationStep {
  /** As schedule:<name> or person:<id>. */
  notify: string[]
  escalateAfterMs: number
}

export interface OnCallOverride {
  id: string
  schedule: string
  personId: string
  personName: string
  startMs: number
  endMs: number
  author: string
  reason: string
}

export interface AddOverrideRequest {
  schedule: string
  personId: string
  startMs: number
  endMs: number
  reason: string
}

export interface AddOverrideResponse {
  override?: OnCallOverride | null
}

export interface CancelOverrideRequest {
  id: string
}

export type CancelOverrideResponse = Record<string, never>

export interface ListOverridesRequest {
  fromMs: number
  toMs: number
}

export interface ListOverridesResponse {
  overrides: OnCallOverride[]
}

export interface Page {
  id: string
  version: number
  /** incident:<id> or alerts:<group>. */
  subject: string
  /** Empty when it is about alerts. */
  incidentId: string
  policy: string
  title: string
  /** silenced, calling, acknowledged, snoozed, exhausted or resolved. */
  state: string
  /** When the next step is called, or a snooze ends. */
  dueAtMs?: number
  acknowledgedBy: string
  openedAtMs: number
  resolvedAtMs?: number
  entries: PageEntry[]
}

export interface PageEntry {
  atMs: number
  /** opened, silenced, called, nobody, acknowledged, snoozed, escalated, exhausted or resolved. */
  kind: string
  person: string
  detail: string
}

export interface ListPagesRequest {
  limit: number
  cursor: string
  /** Only pages that are not over. */
  onlyOpen: boolean
}

export interface ListPagesResponse {
  pages: Page[]
  /** Empty on the last page. */
  nextCursor: string
}

export interface AnswerPageRequest {
  id: string
  /** acknowledge, snooze or escalate. */
  answer: string
  /** How long a snooze lasts. */
  forMs: number
}

export interface AnswerPageResponse {
  page?: Page | null
}

export interface ReadPageByLinkRequest {
  token: string
}

export interface ReadPageByLinkResponse {
  linked?: LinkedPage | null
}

export interface AnswerPageByLinkRequest {
  token: string
  /** acknowledge, snooze or escalate. */
  answer: string
  /** How long a snooze lasts. */
  forMs: number
}

export interface AnswerPageByLinkResponse {
  linked?: LinkedPage | null
}

export interface LinkedPage {
  page?: Page | null
  /** Whom the link was sent to. */
  personName: string
  incidentStatus: string
  severity: string
  components: LinkedComponent[]
}

export interface LinkedComponent {
  name: string
  /** Its worst in the incident. */
  status: string
  isRoot: boolean
  isRecovered: boolean
}

export interface StatusService {
  /** The whole status first, then each change of it, then a heartbeat at least every 2 s that says until when it is known to hold. */
  watchStatus: { kind: 'server-stream'; request: WatchStatusRequest; response: WatchStatusResponse }
  /** Uptime windows, daily bars and response times of many components at once: what the page draws. */
  listUptime: { kind: 'unary'; request: ListUptimeRequest; response: ListUptimeResponse }
  /** One component's uptime over a window that ends now. */
  getUptime: { kind: 'unary'; request: GetUptimeRequest; response: GetUptimeResponse }
  /** What the runs of components' checks say between two instants: how many, how many failed, and how long they took. */
  measureChecks: { kind: 'unary'; request: MeasureChecksRequest; response: MeasureChecksResponse }
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
  createdAtMs?: number
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
  /** Grows when what the public is told in words changes: incidents, their updates, maintenances. Read them anew then. */
  toldVersion: number
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

export interface MeasureChecksRequest {
  /** At most 200. */
  componentIds: string[]
  /** The first instant that counts; at most a day before `to_ms`. */
  fromMs: number
  /** The first that does not. */
  toMs: number
}

export interface MeasuredChecks {
  componentId: string
  runs: number
  /** Runs that said anything of the component. */
  measured: number
  failed: number
  /** Runs whose response time is known. Percentiles are of exactly these, by the nearest rank; absent when there is none. */
  timed: number
  p50Ms?: number
  p95Ms?: number
  p99Ms?: number
  meanMs?: number
  maxMs?: number
}

export interface MeasureChecksResponse {
  /** Those that have runs in that time. */
  components: MeasuredChecks[]
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

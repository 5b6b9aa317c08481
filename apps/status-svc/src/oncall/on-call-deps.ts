import type { OnCallSettings } from '@akashic/config'
import type { NotificationDeps } from '../notification/notification-deps.ts'
import type { IncidentDeps } from '../incident/incident-deps.ts'

/** What the verbs of being on call need. */
export interface OnCallDeps extends IncidentDeps, NotificationDeps {
  readonly onCall: () => OnCallSettings
  /** Public address of this installation; null where none is configured. */
  readonly baseUrl: () => string | null
}

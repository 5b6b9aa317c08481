import type { Clock } from '@akashic/shared/clock'
import type { Outbox } from '@akashic/shared/events'
import type { Database } from '@akashic/shared/postgres'
import type { ComponentDirectory } from '../component/component.ts'

/** What the verbs of incidents need. */
export interface IncidentDeps {
  readonly db: Database
  readonly clock: Clock
  readonly components: ComponentDirectory
  readonly outbox: Outbox
}

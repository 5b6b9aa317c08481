import type { Clock } from '@akashic/shared/clock'
import type { OutboundRules } from '@akashic/shared/outbound'

export interface SenderDeps {
  readonly outbound: OutboundRules
  readonly clock: Clock
}

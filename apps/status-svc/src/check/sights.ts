import type { CheckResult } from '@akashic/checks'
import type { CheckSpec } from '@akashic/config'
import type { Logger } from 'pino'
import { Sight, type Witness } from './sight.ts'
import { isLoopback } from './vision.ts'

export interface SightsDeps {
  readonly monotonicMs: () => number
  readonly log: Logger
  readonly checks: () => Iterable<Witness>
  readonly canaries: () => readonly CheckSpec[]
  readonly ask: (spec: CheckSpec) => Promise<CheckResult>
  readonly onChange: (isBlind: boolean) => void
}

/** Sight of the network and of this machine: that one's services answer says nothing of the other's. */
export class Sights {
  readonly #network: Sight
  readonly #machine: Sight

  constructor(deps: SightsDeps) {
    const sight = (where: string, canaries: () => readonly CheckSpec[]) =>
      new Sight({
        monotonicMs: deps.monotonicMs,
        witnesses: deps.checks,
        canaries,
        ask: deps.ask,
        onChange: (blindSinceMs) => {
          if (blindSinceMs === null) deps.log.warn({ where }, 'the checker sees again')
          else {
            const since = new Date(blindSinceMs).toISOString()
            deps.log.warn({ where, since }, 'the checker cannot see: unrelated targets fail together')
          }
          deps.onChange(this.isBlind())
        },
      })
    this.#network = sight('network', deps.canaries)
    this.#machine = sight('this machine', () => [])
  }

  of(check: Witness): Sight {
    return isLoopback(check.address) ? this.#machine : this.#network
  }

  isBlind(): boolean {
    return this.#network.blindSinceMs !== null || this.#machine.blindSinceMs !== null
  }
}

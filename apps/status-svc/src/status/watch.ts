import type { Clock } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import type { Principal } from '@akashic/shared/identity'
import type { UptimeWindows } from '../uptime/windows.ts'
import type { Board } from './board.ts'
import type { OverallStatus } from './overall-status.ts'
import type { Picture, ShownComponent } from './picture.ts'

export interface WatchDeps {
  readonly clock: Clock
  readonly board: Board
  /** When the board was last known to be the durable truth. */
  readonly asOfMs: () => number
  /** Grows when what the public is told in words changes. */
  readonly toldVersion: () => number
  readonly pageUptime: (overall: OverallStatus, nowMs: number) => UptimeWindows
}

/** What a watcher is told: everything at first, then what changed. */
export interface StatusMessage extends Omit<Picture, 'components'> {
  readonly isFull: boolean
  readonly components: readonly ShownComponent[]
  readonly removedIds: readonly string[]
  readonly uptime: UptimeWindows
  readonly asOfMs: number
  /** How long ago that was, by this service's clock. */
  readonly asOfAgeMs: number
  readonly toldVersion: number
}

/** A watcher hears at least this often, if only that nothing changed. */
export const heartbeatMs = 2_000

/** Tells a service the whole status, then each change of it and a heartbeat, until `signal` aborts. A watcher that takes
 *  long gets several changes as one.
 *  @throws OpsError permission_denied for persons: what is internal is in it. */
export async function watchStatus(
  deps: WatchDeps,
  principal: Principal,
  signal: AbortSignal,
  send: (message: StatusMessage) => Promise<void>,
): Promise<void> {
  if (principal.kind !== 'service') throw new OpsError('permission_denied', 'Only services watch the status.')
  let told: Picture | undefined
  while (!signal.aborted) {
    const picture = deps.board.picture()
    await send(messageSince(deps, picture, told))
    told = picture
    await nextPicture(deps, told, signal)
  }
}

function messageSince(deps: WatchDeps, picture: Picture, told: Picture | undefined): StatusMessage {
  const { components, ...whole } = picture
  return {
    ...whole,
    isFull: told === undefined,
    components: [...components.values()].filter((component) => told?.components.get(component.id) !== component),
    removedIds: [...(told?.components.keys() ?? [])].filter((id) => !components.has(id)),
    uptime: deps.pageUptime(picture.overall, picture.generatedAtMs),
    asOfMs: deps.asOfMs(),
    asOfAgeMs: Math.max(0, deps.clock.now() - deps.asOfMs()),
    toldVersion: deps.toldVersion(),
  }
}

/** Resolves when the board has another picture than `told`, when a heartbeat is due, or when `signal` aborts. */
function nextPicture({ board, clock }: WatchDeps, told: Picture, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      timer.cancel()
      unsubscribe()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = clock.after(heartbeatMs, done)
    const unsubscribe = board.onPicture(done)
    signal.addEventListener('abort', done)
    if (signal.aborted || board.picture() !== told) done()
  })
}

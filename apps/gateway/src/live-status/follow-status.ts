import type { StatusService, WatchStatusResponse } from '@akashic/proto'
import { systemActor } from '@akashic/shared/audit'
import type { Clock } from '@akashic/shared/clock'
import type { RpcClientOf } from '@akashic/shared/rpc'
import type { Logger } from 'pino'
import type { LiveStatus } from './live-status.ts'
import { applyMessage } from './snapshot.ts'
import type { Snapshot } from './snapshot.ts'

/** The status service speaks at least every 2 s; after this long a connection is taken for dead. */
const silenceMs = 10_000
const retryMaxMs = 2_000

export interface FollowDeps {
  readonly client: Pick<RpcClientOf<StatusService>, 'watchStatus'>
  readonly live: LiveStatus
  readonly clock: Clock
  readonly random: () => number
  readonly log: Logger
}

/** Follows the status service until `signal` aborts, and begins anew whenever the stream breaks or falls silent. */
export async function followStatus(deps: FollowDeps, signal: AbortSignal): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    try {
      await followOnce(deps, signal, () => {
        if (failures > 0) deps.log.info('following the status service again')
        failures = 0
      })
    } catch (error) {
      if (signal.aborted) return
      if (failures === 0) deps.log.warn({ err: error }, 'lost the status service; serving the last snapshot')
    }
    failures++
    await pause(deps, signal, Math.min(retryMaxMs, 100 * 2 ** failures) * (0.5 + deps.random() / 2))
  }
}

async function followOnce(
  { client, live, clock }: FollowDeps,
  signal: AbortSignal,
  onMessage: () => void,
): Promise<void> {
  const silence = new AbortController()
  const abandon = (): void => silence.abort(new Error('the status service fell silent'))
  let watchdog = clock.after(silenceMs, abandon)
  const { principal } = systemActor('gateway')
  let current: Snapshot | null = null
  try {
    const messages: AsyncIterable<WatchStatusResponse> = client.watchStatus(
      {},
      { principal, signal: AbortSignal.any([signal, silence.signal]) },
    )
    for await (const message of messages) {
      watchdog.cancel()
      watchdog = clock.after(silenceMs, abandon)
      current = applyMessage(current, message, clock.now())
      live.accept(current)
      onMessage()
    }
  } finally {
    watchdog.cancel()
  }
}

async function pause({ clock }: FollowDeps, signal: AbortSignal, delayMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = clock.after(delayMs, resolve)
    signal.addEventListener('abort', () => {
      timer.cancel()
      resolve()
    })
  })
}

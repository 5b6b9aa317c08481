import type { Clock } from '@akashic/shared/clock'
import type { Queue } from '@akashic/shared/queue'
import type { Database } from '@akashic/shared/postgres'
import { retain, type Retention } from './retain.ts'
import { rollUp } from './roll-up.ts'

export interface RollupDeps {
  readonly db: Database
  readonly clock: Clock
  readonly queue: Queue
  readonly retention: () => Retention
}

const rollUpQueue = 'status.roll-up'
const retainQueue = 'status.retain'
const patience = {
  retryLimit: 3,
  retryDelaySeconds: 10,
  retryDelayMaxSeconds: 60,
  heartbeatSeconds: 60,
  expireInSeconds: 280,
}

/** Has results rolled up and dropped in time, once among all replicas. */
export async function startRollups({ db, clock, queue, retention }: RollupDeps): Promise<void> {
  await queue.define({ name: rollUpQueue, ...patience })
  await queue.define({ name: retainQueue, ...patience })
  await queue.work(rollUpQueue, () => rollUp(db, clock.now()))
  await queue.work(retainQueue, () => retain(db, retention(), clock.now()))
  await queue.schedule(rollUpQueue, '1-59/5 * * * *')
  await queue.schedule(retainQueue, '17 * * * *')
}

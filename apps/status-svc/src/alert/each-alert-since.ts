import type { Queryable } from '@akashic/shared/postgres'
import type { Alert } from './alert.ts'
import { readSince } from './store.ts'

const atOnce = 1_000

/** Every alert that fires, or fired after `sinceMs`, newest first. */
export async function* eachAlertSince(db: Queryable, sinceMs: number): AsyncGenerator<Alert> {
  let beforeNum = Number.MAX_SAFE_INTEGER
  for (;;) {
    const alerts = await readSince(db, sinceMs, beforeNum, atOnce)
    yield* alerts
    if (alerts.length < atOnce) return
    beforeNum = alerts.at(-1)!.num
  }
}

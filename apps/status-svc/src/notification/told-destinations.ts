import type { Queryable } from '@akashic/shared/postgres'
import type { Destination } from './notification.ts'
import * as store from './store.ts'

/** A destination that was told of a subject. */
export interface ToldDestination extends Destination {
  /** False of one that was told by pages alone: it hears of the end, and not of each step. */
  readonly isFollower: boolean
}

/** Everybody who was told of a subject: what follows goes there too, whatever the routes say by then. */
export const readDestinations = (db: Queryable, subject: string): Promise<ToldDestination[]> =>
  store.readDestinations(db, subject)

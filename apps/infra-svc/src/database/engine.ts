import type { Reference } from '@akashic/kubernetes'
import type { Judged, Unknown } from './judged.ts'
import type { Place, Unreachable } from './reachability.ts'

/** One thing to know of a database. */
export interface TopicOutline {
  readonly name: string
  /** Ids of what it may find. */
  readonly rules: readonly string[]
  /** Looked at each ten minutes only, when nobody asks: it reads much. */
  readonly isHeavy: boolean
}

/** Pods that open connections. */
export interface PoolUser {
  readonly cluster: string
  readonly workload: Reference
  /** Pods that it may come to have. */
  readonly pods: number
  /** What sets that number, as `HorizontalPodAutoscaler shop/web maxReplicas`. */
  readonly by: string
  /** Pods that it may have besides while a rollout runs: a number or a percentage, as written. */
  readonly maxSurge: string
}

/** Pools of those who use one database. */
export interface Pools {
  readonly database: string
  /** Connections that each pod may open. */
  readonly poolSize: number
  readonly users: readonly PoolUser[]
}

/** How many connections users can have in all. */
export interface UsableConnections {
  readonly ofDatabase: number
  /** Those of the other databases of its server among them. */
  readonly ofServer: number
}

/** What a database has counted until an instant; what else is in it only its engine knows. */
export interface Sample {
  readonly kind: Engine['kind']
}

/** How much there was of something when a sample was taken. */
export interface Level {
  readonly what: string
  readonly unit: 'count' | 'bytes'
  readonly value: number
  /** When it was measured, where that may be before the sample was taken. */
  readonly at?: string | undefined
}

export interface Changed {
  /** `statement ID`, or the name of a counter. */
  readonly what: string
  readonly says: string
}

export interface AgedSample {
  readonly sample: Sample
  readonly ageMs: number
}

/** What is known around a database. */
export interface Surroundings {
  /** Name of the database in the configuration. */
  readonly name: string
  readonly place: Place
  readonly poolSize: number | null
  /** Of its machine or container, as configured; null where that is not told. */
  readonly memoryBytes: number | null
  readonly poolUsers: readonly PoolUser[]
  /** Of the other databases of its server. */
  readonly poolsBeside: readonly Pools[]
  /** Users of the server whose pods are not counted, each with the reason. */
  readonly uncountedUsers: readonly string[]
  /** The pod and the workload behind the address of a session; null where no cluster has it. */
  readonly ownerOf: (address: string) => { readonly pod: Reference; readonly workload: Reference } | null
  /** The last one that was kept, of the same kind; null where there is none of the last minutes. */
  readonly previous: AgedSample | null
  /** The oldest one of the last hour, of the same kind; null where there is none. */
  readonly earlier: AgedSample | null
}

/** What a server tells of itself. */
export interface ServerDocument {
  readonly version: string
  readonly isInRecovery: boolean
  /** Null where the server does not tell. */
  readonly isMonitor: boolean | null
  readonly startedAt: Date
  readonly extensions: Readonly<Record<string, { readonly version: string }>>
}

/** A database that answers. */
export interface Reached {
  /** Null where the login may not ask. */
  readonly server: ServerDocument | null
  readonly says: string
  readonly report: (topic: string) => Promise<Judged>
  /** Why a topic could not be read, and what would make it readable. */
  readonly whyUnread: (topic: string, error: unknown) => Unknown
  /** Null where there is nothing to compare later. @param isThorough whether to measure anew what costs the server much */
  readonly readSample: (isThorough: boolean) => Promise<Sample | null>
  /** Lets go of what reaching it took. */
  readonly release: () => void
}

/** How one database is read, whatever its kind. It cannot write. */
export interface Engine {
  readonly kind: 'postgres' | 'redis'
  readonly place: Place
  /** In the order in which they are shown. */
  readonly topics: readonly TopicOutline[]
  /** @throws DatabaseUnreachable. */
  reach(around: Surroundings): Promise<Reached>
  /** @throws Error where it does not tell. */
  usableConnections(): Promise<UsableConnections>
  /** A command that tries it by hand. */
  readonly trial: string
  /** What to do about a database that cannot be used. */
  nextStep(state: Unreachable['state']): string
  /** @param before, now both of this kind. */
  changesBetween(before: Sample, now: Sample): readonly Changed[]
  /** Levels that are worth following over days. @param sample of this kind */
  levelsOf(sample: Sample): readonly Level[]
  close(): void
}

/** The database cannot be used now. */
export class DatabaseUnreachable extends Error {
  readonly failure: Unreachable

  constructor(failure: Unreachable) {
    super(failure.says)
    this.failure = failure
  }
}

/** A session that waits for a lock or is waited for. Ages in seconds. */
export interface LockedSession {
  /** 0 stands for prepared transactions. */
  readonly pid: number
  readonly blockers: readonly number[]
  readonly user: string | null
  readonly application: string | null
  readonly address: string | null
  readonly state: string | null
  readonly backendType: string | null
  readonly backendStart: string
  readonly xactStart: string | null
  readonly queryId: string | null
  readonly since: Date | null
  readonly transactionSeconds: number | null
  /** Of those that wait. */
  readonly waitSeconds: number | null
  readonly lockType: string | null
  readonly mode: string | null
  readonly relation: string | null
  readonly statement: Uint8Array | null
}

export interface Waiting {
  readonly session: LockedSession
  /** 1 for those that wait for the root itself. */
  readonly depth: number
  /** Whom it waits for on the way to the root. */
  readonly behind: number
}

/** A session that waits for nobody, and all that wait for it, each after whom it waits for. */
export interface LockTree {
  readonly root: LockedSession
  readonly waiting: readonly Waiting[]
}

export interface LockForest {
  /** The one that most wait for first. */
  readonly trees: readonly LockTree[]
  /** Sessions that wait for each other in a circle. */
  readonly deadlocks: readonly (readonly LockedSession[])[]
}

/** Parts sessions into trees by who waits for whom. A session that waits for several is told under each root once. */
export function lockForest(sessions: readonly LockedSession[]): LockForest {
  const byPid = new Map(sessions.map((session) => [session.pid, session]))
  const waiters = new Map<number, LockedSession[]>()
  for (const session of sessions) {
    for (const blocker of new Set(session.blockers)) {
      waiters.set(blocker, [...(waiters.get(blocker) ?? []), session])
    }
  }
  const roots = sessions.filter(({ pid, blockers }) => blockers.length === 0 && waiters.has(pid))
  const trees = roots.map((root) => ({ root, waiting: waitingFor(root, waiters) }))
  return {
    trees: trees.toSorted((a, b) => b.waiting.length - a.waiting.length || a.root.pid - b.root.pid),
    deadlocks: circles(sessions, byPid),
  }
}

function waitingFor(root: LockedSession, waiters: ReadonlyMap<number, readonly LockedSession[]>): readonly Waiting[] {
  const seen = new Set([root.pid])
  const told: Waiting[] = []
  const visit = (pid: number, depth: number): void => {
    for (const session of waiters.get(pid) ?? []) {
      if (seen.has(session.pid)) continue
      seen.add(session.pid)
      told.push({ session, depth, behind: pid })
      visit(session.pid, depth + 1)
    }
  }
  visit(root.pid, 1)
  return told
}

function circles(
  sessions: readonly LockedSession[],
  byPid: ReadonlyMap<number, LockedSession>,
): readonly (readonly LockedSession[])[] {
  const done = new Set<number>()
  const found: LockedSession[][] = []
  for (const start of sessions) {
    const way: number[] = []
    let at: LockedSession | undefined = start
    while (at && !done.has(at.pid) && !way.includes(at.pid)) {
      way.push(at.pid)
      at = byPid.get(at.blockers[0] ?? -1)
    }
    if (at && way.includes(at.pid)) found.push(way.slice(way.indexOf(at.pid)).map((pid) => byPid.get(pid)!))
    for (const pid of way) done.add(pid)
  }
  return found
}

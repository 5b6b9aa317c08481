const mib = 1_048_576

/** From which on something is told: those in common use with Postgres. */
export const usualThresholds = {
  /** Share of the connections that ordinary users can have. */
  connectionsWarning: 0.8,
  connectionsCritical: 0.95,
  idleInTransactionSeconds: 100,
  longQuerySeconds: 60,
  /** How long a session waits for a lock. */
  lockWaitSeconds: 1,
  lockWaitCriticalSeconds: 30,
  slowMeanMs: 20,
  slowCalls: 100,
  /** The guide's own limit for a mean. */
  verySlowMeanMs: 1_000,
  /** Of a table that is read whole. */
  indexMinRows: 500,
  indexMinCalls: 50,
  indexMinMeanMs: 20,
  unusedIndexBytes: 10 * mib,
  bloatBytes: 100 * mib,
  bloatRatio: 0.3,
  deadRows: 10_000,
  deadRatio: 0.2,
  /** Share of the transaction ids that may be used before Postgres refuses to write. */
  xidWarning: 0.4,
  xidCritical: 0.8,
  sequenceRatio: 0.9,
  replicaLagSeconds: 5,
  retainedWalBytes: 1_024 * mib,
  /** How long a whole file of the log waits to be archived. */
  archiveWaitSeconds: 300,
  forcedCheckpointRatio: 0.5,
  forcedCheckpoints: 10,
  cacheHitRatio: 0.99,
  cacheMinBlocks: 100_000,
  preparedSeconds: 300,
  /** Tables and indexes, for which shared_buffers as they come are too small. */
  heldBytes: 1_024 * mib,
}

export type Thresholds = Readonly<typeof usualThresholds>

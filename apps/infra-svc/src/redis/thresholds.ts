const mib = 1_048_576

/** From which on something is told. */
export const usualRedisThresholds = {
  /** Share of maxclients. */
  connectionsWarning: 0.8,
  connectionsCritical: 0.95,
  /** Of one client. */
  clientBytes: 64 * mib,
  /** Median round trip of PING, from here, with the way there. */
  pingMs: 20,
  pingCriticalMs: 200,
  /** Of what the server itself noted as a spike, within the time below. */
  spikeMs: 100,
  /** Nobody else is served meanwhile. */
  slowCommandMs: 100,
  verySlowCommandMs: 1_000,
  /** For how long it is told. */
  slowSeconds: 900,
  /** Share of maxmemory, where nothing is evicted. */
  memoryWarning: 0.9,
  memoryCritical: 0.95,
  /** Share of the machine's memory, where there is no limit. */
  machineMemory: 0.8,
  fragmentation: 1.5,
  wastedBytes: 100 * mib,
  swappedRatio: 0.8,
  /** All keys are evicted once in this time, and at least so many in a second. */
  turnoverSeconds: 600,
  evictionsPerSecond: 10,
  hitRatio: 0.8,
  hitMinLookups: 10_000,
  replicaLagSeconds: 10,
  replicaLagBytes: 64 * mib,
}

export type RedisThresholds = Readonly<typeof usualRedisThresholds>

import type { Finding } from '../../finding/finding.ts'
import { databaseFinding } from '../database-finding.ts'
import { quoteLiteral } from '../quote-sql.ts'
import { advise, alter, destroy, lookInto } from '../remedies.ts'
import type { Judged, Unknown } from '../judged.ts'
import type { Around, Topic } from '../topic.ts'
import { monitorRight } from '../unknown.ts'
import { ageText, bytesText, counted } from '../words.ts'
import { ownLag, replicas, slots } from './replication.sql.ts'

export interface Replica {
  readonly pid: number
  readonly name: string
  readonly address: string | null
  readonly state: string | null
  readonly syncState: string | null
  readonly replaySeconds: number | null
  /** What it has not replayed. Null where the login may not see it. */
  readonly behindBytes: number | null
  readonly unsentBytes: number | null
}

export interface Slot {
  readonly name: string
  readonly type: string
  readonly database: string
  readonly isActive: boolean
  /** `lost` once what it needs was removed. */
  readonly walStatus: string | null
  readonly retainedBytes: number | null
  readonly isTemporary: boolean
}

export interface OwnLag {
  /** Null where it is not known. */
  readonly seconds: number | null
  /** Received and not replayed; null where it has received nothing. */
  readonly bytes: number | null
  readonly isPaused: boolean
  readonly isReceiving: boolean
  /** It has received nothing, and is told where an archive is. */
  readonly isFromArchive: boolean
}

export interface Replication {
  readonly replicas: readonly Replica[]
  readonly slots: readonly Slot[]
  /** Of a replica itself. */
  readonly own: OwnLag | null
}

/** How far replicas are behind, and what slots keep. */
export const replication: Topic<Replication> = {
  name: 'replication',
  rules: ['db-replica-lag', 'db-inactive-slot'],
  isHeavy: false,
  read: async ({ read, server }) => {
    const [behind, kept, [own]] = await Promise.all([
      read<Replica>(replicas),
      read<Slot>(slots(server.versionNumber)),
      read<OwnLag>(ownLag),
    ])
    return { replicas: behind, slots: kept, own: own ?? null }
  },
  judge: ({ replicas: all, slots: kept, own }, around, server): Judged => ({
    says:
      own === null
        ? `${counted(all.length, 'replica reads', 'replicas read')} from it, ${counted(kept.length, 'slot')}`
        : `it is a replica, ${behindText(own.seconds, own.bytes)}`,
    tables: [replicaTable(all), slotTable(kept)],
    findings: [
      ...all.flatMap((each) => replicaFinding(each, around)),
      ...(own === null ? [] : ownFinding(own, around)),
      ...kept.flatMap((slot) => slotFinding(slot, around)),
    ],
    unknown: [
      ...(all.some(({ state }) => state === null) ? [monitorRight('how far replicas are behind', server)] : []),
      ...(own === null || own.seconds !== null ? [] : [ownLagUnknown(own)]),
    ],
  }),
}

/** `5 s and 12 MB behind`. */
function behindText(seconds: number | null, bytes: number | null): string {
  const known = [...(seconds === null ? [] : [ageText(seconds)]), ...(bytes === null ? [] : [bytesText(bytes)])]
  return known.length === 0 ? 'and how far it is behind is not known' : `${known.join(' and ')} behind`
}

function ownLagUnknown({ bytes, isFromArchive }: OwnLag): Unknown {
  const what = 'how long this replica is behind'
  if (bytes !== null) return { what, reason: 'it has replayed no transaction since it started', howToGet: null }
  return isFromArchive
    ? {
        ...{ what, reason: 'it is fed from an archive, which does not tell how far its primary is' },
        howToGet: 'compare pg_last_wal_replay_lsn() here with pg_current_wal_lsn() on its primary',
      }
    : { what, reason: 'it has received nothing since it started', howToGet: null }
}

function replicaFinding(replica: Replica, around: Around): readonly Finding[] {
  const { name, address, replaySeconds, behindBytes, unsentBytes, pid } = replica
  const { thresholds, place } = around
  const isLate = (replaySeconds ?? 0) >= thresholds.replicaLagSeconds
  if (!isLate && (behindBytes ?? 0) < thresholds.retainedWalBytes) return []
  const who = name === '' ? `pid ${pid}` : name
  const isSlowToReplay = (unsentBytes ?? 0) < (behindBytes ?? 0) / 2
  return [
    databaseFinding(around, {
      ...{ rule: 'db-replica-lag', severity: 'warning', kind: 'Replica', object: who, reason: 'ReplicationLag' },
      summary: `It is ${behindText(replaySeconds, behindBytes)}; ${isSlowToReplay ? 'it has received that and does not replay it' : 'that has not reached it'}.`,
      evidence: {
        'pg_stat_replication.state': replica.state,
        'pg_stat_replication.replay_lag s': replaySeconds,
        'bytes not replayed': behindBytes,
        'bytes not flushed there': unsentBytes,
        'pg_stat_replication.client_addr': address,
      },
      remedies: [
        lookInto(
          place,
          'See it again',
          'SELECT application_name, state, sent_lsn, replay_lsn, replay_lag FROM pg_stat_replication',
        ),
        advise(
          isSlowToReplay
            ? 'Look on the replica for replay that is paused (pg_is_wal_replay_paused), delayed, or held up by long queries'
            : 'Look at the network to it, and at its disks',
          'nothing',
        ),
        advise('Keep readers that need fresh rows off it until it has caught up', 'who reads from it'),
      ],
      because: isSlowToReplay ? 'it does not replay what it has received' : 'what it needs does not reach it',
    }),
  ]
}

function ownFinding(own: OwnLag, around: Around): readonly Finding[] {
  const { seconds, bytes, isPaused, isReceiving, isFromArchive } = own
  const { replicaLagSeconds, retainedWalBytes } = around.thresholds
  const isLate = (seconds ?? 0) >= replicaLagSeconds || (bytes ?? 0) >= retainedWalBytes
  const isStopped = isPaused && (isFromArchive || (bytes ?? 0) > 0)
  if (!isLate && !isStopped && (isReceiving || isFromArchive)) return []
  const why = isPaused ? ': its replay is paused' : isReceiving ? '' : ': it receives nothing from its primary'
  return [
    databaseFinding(around, {
      ...{
        rule: 'db-replica-lag',
        severity: 'warning',
        kind: 'Database',
        object: around.name,
        reason: 'ReplicationLag',
      },
      summary: `This replica is ${bytes === null ? 'behind' : `${behindText(seconds, bytes)} what it received`}${why}.`,
      evidence: {
        'pg_last_xact_replay_timestamp s ago': seconds,
        'bytes not replayed': bytes,
        pg_is_wal_replay_paused: String(isPaused),
        'pg_stat_wal_receiver rows': isReceiving ? 1 : 0,
      },
      remedies: isPaused
        ? [
            lookInto(around.place, 'See it again', 'SELECT pg_get_wal_replay_pause_state()'),
            alter(
              around.place,
              'Let it replay',
              'SELECT pg_wal_replay_resume()',
              'it catches up',
              'SELECT pg_wal_replay_pause()',
            ),
          ]
        : [lookInto(around.place, 'See what it receives', 'SELECT * FROM pg_stat_wal_receiver')],
      because: isPaused ? 'its replay is paused' : null,
    }),
  ]
}

function slotFinding(slot: Slot, around: Around): readonly Finding[] {
  const { name, isActive, walStatus, retainedBytes } = slot
  const isLost = walStatus === 'lost'
  if ((isActive && !isLost) || slot.isTemporary) return []
  const isMuch = (retainedBytes ?? 0) >= around.thresholds.retainedWalBytes || walStatus === 'unreserved'
  return [
    databaseFinding(around, {
      ...{ rule: 'db-inactive-slot', severity: isMuch ? 'critical' : 'warning', kind: 'ReplicationSlot', object: name },
      reason: isLost ? 'SlotLost' : 'InactiveReplicationSlot',
      summary: isLost
        ? 'What it needs was removed: whoever read it must be built anew.'
        : `Nobody reads it, and it keeps ${bytesText(retainedBytes ?? 0)} of the log; that grows until the disk is full.`,
      evidence: {
        'pg_replication_slots.active': String(isActive),
        'pg_replication_slots.wal_status': walStatus,
        'bytes of log kept': retainedBytes,
      },
      remedies: [
        lookInto(around.place, 'See it', `SELECT * FROM pg_replication_slots WHERE slot_name = ${quoteLiteral(name)}`),
        advise('Start again whoever reads it, if it is still needed', 'what it keeps'),
        alter(
          around.place,
          'Put a limit to what slots may keep',
          "ALTER SYSTEM SET max_slot_wal_keep_size = '10GB'",
          'slots that fall behind more are lost, after SELECT pg_reload_conf()',
          'ALTER SYSTEM RESET max_slot_wal_keep_size',
        ),
        destroy(
          around.place,
          'Drop it, if its reader is gone for good',
          `SELECT pg_drop_replication_slot(${quoteLiteral(name)})`,
          'its reader must be built anew; the log that it kept is free',
        ),
      ],
      because: isLost ? 'what it needs was removed' : 'nobody reads it',
    }),
  ]
}

const replicaTable = (all: readonly Replica[]) => ({
  title: 'Replicas',
  columns: [
    { key: 'name', heading: 'REPLICA', unit: 'text' as const },
    { key: 'address', heading: 'ADDRESS', unit: 'text' as const },
    { key: 'state', heading: 'STATE', unit: 'text' as const },
    { key: 'syncState', heading: 'SYNC', unit: 'text' as const },
    { key: 'replaySeconds', heading: 'BEHIND', unit: 'seconds' as const },
    { key: 'behindBytes', heading: 'BYTES', unit: 'bytes' as const },
  ],
  rows: all.map((each) => ({ ...each })),
})

const slotTable = (all: readonly Slot[]) => ({
  title: 'Slots',
  columns: [
    { key: 'name', heading: 'SLOT', unit: 'text' as const },
    { key: 'type', heading: 'TYPE', unit: 'text' as const },
    { key: 'read', heading: 'READ', unit: 'text' as const },
    { key: 'walStatus', heading: 'LOG', unit: 'text' as const },
    { key: 'retainedBytes', heading: 'KEEPS', unit: 'bytes' as const },
  ],
  rows: all.map(({ isActive, isTemporary: _isTemporary, ...slot }) => ({ ...slot, read: isActive ? 'yes' : 'no' })),
})

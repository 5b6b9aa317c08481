import type { Finding } from '../../finding/finding.ts'
import type { CheckpointCount, PostgresSample } from '../changes.ts'
import { databaseFinding } from '../database-finding.ts'
import { advise, alter, lookInto } from '../remedies.ts'
import type { Judged, Unknown } from '../judged.ts'
import type { Around, Source, Topic } from '../topic.ts'
import { whyUnread } from '../unknown.ts'
import { ageText, bytesText, counted, percentText } from '../words.ts'
import { archiving, checkpoints, waitingFiles } from './wal.sql.ts'

export interface Archiving {
  readonly mode: string
  readonly archived: number
  readonly failed: number
  readonly lastArchivedAt: Date | null
  readonly lastFailedAt: Date | null
  readonly lastFailedWal: string | null
  /** The last try failed. */
  readonly isFailing: boolean
}

export interface WaitingFiles {
  readonly files: number
  readonly oldestSeconds: number | null
}

export interface Checkpoints extends CheckpointCount {
  /** Since the counting began; null where that is not known. */
  readonly countedSeconds: number | null
  readonly maxWalBytes: number
  readonly timeoutSeconds: number
}

/** Checkpoints within the last seconds. */
export interface LatelyChecked {
  readonly timed: number
  readonly forced: number
  readonly seconds: number
}

export interface Wal {
  readonly archiving: Archiving
  /** Null where nothing is archived, or they cannot be seen. */
  readonly waiting: WaitingFiles | null
  readonly checkpoints: Checkpoints
  /** Null where there is nothing to compare with. */
  readonly lately: LatelyChecked | null
  readonly unknown: readonly Unknown[]
}

/** Whether the log is archived, and whether it is so small that it forces checkpoints. */
export const wal: Topic<Wal> = {
  name: 'wal',
  rules: ['db-archiving-failing', 'db-checkpoints-forced'],
  isHeavy: false,
  read: async (source) => {
    const { read, server } = source
    const [[archived], [points]] = await Promise.all([
      read<Archiving>(archiving),
      read<Checkpoints>(checkpoints(server.versionNumber)),
    ])
    const waiting = archived!.mode === 'off' ? { waiting: null, unknown: [] } : await readWaiting(source)
    return { archiving: archived!, checkpoints: points!, lately: latelyChecked(source, points!), ...waiting }
  },
  judge: (figures, around): Judged => {
    const { archiving: archived, waiting, lately } = figures
    const points = lately
      ? `${lately.forced} of ${lately.timed + lately.forced} checkpoints of the last ${ageText(lately.seconds)} were forced`
      : 'how many checkpoints are forced is not known yet'
    return {
      says: `archiving is ${archived.mode}, ${points}`,
      tables: [table(figures)],
      findings: [...archiveFinding(figures, around), ...checkpointFinding(figures, around)],
      unknown: [...figures.unknown, ...(lately === null ? [notCompared] : [])],
      mayHold: ({ rule }) =>
        (rule === 'db-archiving-failing' && archived.mode !== 'off' && waiting === null) ||
        (rule === 'db-checkpoints-forced' && (lately === null || lately.seconds < leastSeconds)),
    }
  },
}

/** Of the hour that is judged by. A shorter look, as after a gap in the samples, does not tell that it is over: checkpoints by
 *  the clock are minutes apart. */
const leastSeconds = 3_000

const notCompared: Unknown = {
  what: 'how many checkpoints were forced lately',
  reason: 'there is no sample of the last hour to compare with',
  howToGet: null,
}

/** All that were counted since, where the counting began anew. */
function latelyChecked({ earlier }: Pick<Source, 'earlier'>, now: Checkpoints): LatelyChecked | null {
  const before = (earlier?.sample as PostgresSample | undefined)?.checkpoints
  if (!earlier || !before) return null
  const seconds = earlier.ageMs / 1_000
  const goesOn = before.since === now.since && before.forced <= now.forced && before.timed <= now.timed
  return goesOn
    ? { timed: now.timed - before.timed, forced: now.forced - before.forced, seconds }
    : { timed: now.timed, forced: now.forced, seconds: Math.min(seconds, now.countedSeconds ?? 0) }
}

async function readWaiting({ read, server }: Source): Promise<Pick<Wal, 'waiting' | 'unknown'>> {
  try {
    const [waiting] = await read<WaitingFiles>(waitingFiles)
    return { waiting: waiting!, unknown: [] }
  } catch (error) {
    return { waiting: null, unknown: [whyUnread('how long the log waits to be archived', error, server)] }
  }
}

/** A command that is not set, or hangs, fails nothing: then files wait. */
function archiveFinding({ archiving: state, waiting }: Wal, around: Around): readonly Finding[] {
  const { mode, isFailing, failed, lastFailedAt, lastFailedWal, lastArchivedAt } = state
  const isWaiting = (waiting?.oldestSeconds ?? 0) >= around.thresholds.archiveWaitSeconds
  if (mode === 'off' || (!isFailing && !isWaiting)) return []
  const why = isFailing
    ? `${lastFailedWal} failed, ${failed} times in all`
    : `${counted(waiting!.files, 'file waits', 'files wait')}, the oldest for ${ageText(waiting!.oldestSeconds!)}, and none fails: archive_command is not set, hangs, or is too slow`
  return [
    databaseFinding(around, {
      ...{ rule: 'db-archiving-failing', severity: 'critical', kind: 'Database', object: around.name },
      reason: isFailing ? 'WalArchivingFailing' : 'WalArchivingStalled',
      since: lastArchivedAt ?? (isFailing ? lastFailedAt : null),
      summary: `The log is not archived: ${why}. Nothing after it can be restored, and the disk fills up.`,
      evidence: {
        'pg_stat_archiver.last_failed_wal': lastFailedWal,
        'pg_stat_archiver.last_failed_time': lastFailedAt?.toISOString() ?? null,
        'pg_stat_archiver.last_archived_time': lastArchivedAt?.toISOString() ?? 'never',
        'pg_stat_archiver.failed_count': failed,
        'pg_ls_archive_statusdir .ready': waiting && waiting.files,
        'oldest .ready s': waiting && waiting.oldestSeconds,
      },
      remedies: [
        lookInto(around.place, 'See what archives it', 'SHOW archive_command'),
        advise(
          'Look at the log of the server for what the command says, and mend the place that it writes to',
          'where the log is archived',
        ),
        lookInto(
          around.place,
          'See how full the disk gets',
          'SELECT count(*), pg_size_pretty(sum(size)) FROM pg_ls_waldir()',
        ),
      ],
      because: 'its log is not archived',
    }),
  ]
}

/** By those of the last hour: counters of years tell of what was, and one night of loading is in them for ever. */
function checkpointFinding({ checkpoints: state, lately }: Wal, around: Around): readonly Finding[] {
  if (lately === null) return []
  const { maxWalBytes, timeoutSeconds } = state
  const { forced, timed, seconds } = lately
  const ratio = forced / Math.max(1, forced + timed)
  const { forcedCheckpoints, forcedCheckpointRatio } = around.thresholds
  if (forced < forcedCheckpoints || ratio < forcedCheckpointRatio) return []
  return [
    databaseFinding(around, {
      ...{ rule: 'db-checkpoints-forced', severity: 'warning', kind: 'Database', object: around.name },
      reason: 'CheckpointsForced',
      summary: `${forced} of ${forced + timed} checkpoints (${percentText(ratio)}) of the last ${ageText(seconds)} did not wait for the clock: max_wal_size of ${bytesText(maxWalBytes)} is too small for what is written.`,
      evidence: {
        'checkpoints requested lately': forced,
        'checkpoints timed lately': timed,
        'checkpoints requested since the counting began': state.forced,
        max_wal_size: bytesText(maxWalBytes),
        'checkpoint_timeout s': timeoutSeconds,
      },
      remedies: [
        lookInto(around.place, 'See how much room there is', 'SELECT pg_size_pretty(sum(size)) FROM pg_ls_waldir()'),
        alter(
          around.place,
          'Let the log grow larger between checkpoints, where the disk has room',
          `ALTER SYSTEM SET max_wal_size = '${Math.round((maxWalBytes * 4) / 1_048_576)}MB'`,
          'space on disk and the time that a recovery takes, after SELECT pg_reload_conf()',
          'ALTER SYSTEM RESET max_wal_size',
        ),
      ],
      because: 'its max_wal_size is too small',
    }),
  ]
}

const table = ({ archiving: a, waiting, checkpoints: c }: Wal) => ({
  title: 'Log',
  columns: [
    { key: 'what', heading: 'WHAT', unit: 'text' as const },
    { key: 'value', heading: 'VALUE', unit: 'text' as const },
  ],
  rows: [
    { what: 'archive_mode', value: a.mode },
    { what: 'files archived', value: String(a.archived) },
    { what: 'files that failed', value: String(a.failed) },
    ...(waiting === null ? [] : [{ what: 'files that wait', value: String(waiting.files) }]),
    { what: 'last archived', value: a.lastArchivedAt?.toISOString() ?? 'never' },
    { what: 'checkpoints by the clock', value: String(c.timed) },
    { what: 'checkpoints forced or asked for', value: String(c.forced) },
    { what: 'max_wal_size', value: bytesText(c.maxWalBytes) },
  ],
})

import type { Finding } from '../../finding/finding.ts'
import { databaseFinding } from '../database-finding.ts'
import { advise, alter, lookInto } from '../remedies.ts'
import type { Judged } from '../judged.ts'
import type { Around, Topic } from '../topic.ts'
import { bytesText, percentText } from '../words.ts'
import { archiving, checkpoints } from './wal.sql.ts'

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

export interface Checkpoints {
  readonly timed: number
  readonly forced: number
  readonly writeMs: number
  readonly since: Date | null
  readonly maxWalBytes: number
  readonly timeoutSeconds: number
}

export interface Wal {
  readonly archiving: Archiving
  readonly checkpoints: Checkpoints
}

/** Whether the log is archived, and whether it is so small that it forces checkpoints. */
export const wal: Topic<Wal> = {
  name: 'wal',
  rules: ['db-archiving-failing', 'db-checkpoints-forced'],
  isHeavy: false,
  read: async ({ read, server }) => {
    const [[archived], [points]] = await Promise.all([
      read<Archiving>(archiving),
      read<Checkpoints>(checkpoints(server.versionNumber)),
    ])
    return { archiving: archived!, checkpoints: points! }
  },
  judge: (figures, around): Judged => ({
    says: `archiving is ${figures.archiving.mode}, ${figures.checkpoints.forced} of ${figures.checkpoints.timed + figures.checkpoints.forced} checkpoints were forced`,
    tables: [table(figures)],
    findings: [...archiveFinding(figures.archiving, around), ...checkpointFinding(figures.checkpoints, around)],
    unknown: [],
  }),
}

function archiveFinding(state: Archiving, around: Around): readonly Finding[] {
  if (!state.isFailing || state.mode === 'off') return []
  const { failed, lastFailedAt, lastFailedWal, lastArchivedAt } = state
  return [
    databaseFinding(around, {
      ...{ rule: 'db-archiving-failing', severity: 'critical', kind: 'Database', object: around.name },
      ...{ reason: 'WalArchivingFailing', since: lastArchivedAt ?? lastFailedAt },
      summary: `The log is not archived: ${lastFailedWal} failed, ${failed} times in all. Nothing after it can be restored, and the disk fills up.`,
      evidence: {
        'pg_stat_archiver.last_failed_wal': lastFailedWal,
        'pg_stat_archiver.last_failed_time': lastFailedAt?.toISOString() ?? null,
        'pg_stat_archiver.last_archived_time': lastArchivedAt?.toISOString() ?? 'never',
        'pg_stat_archiver.failed_count': failed,
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

function checkpointFinding(state: Checkpoints, around: Around): readonly Finding[] {
  const { forced, timed, maxWalBytes, timeoutSeconds } = state
  const ratio = forced / Math.max(1, forced + timed)
  const { forcedCheckpoints, forcedCheckpointRatio } = around.thresholds
  if (forced < forcedCheckpoints || ratio < forcedCheckpointRatio) return []
  return [
    databaseFinding(around, {
      ...{ rule: 'db-checkpoints-forced', severity: 'warning', kind: 'Database', object: around.name },
      reason: 'CheckpointsForced',
      summary: `${forced} of ${forced + timed} checkpoints (${percentText(ratio)}) did not wait for the clock: max_wal_size of ${bytesText(maxWalBytes)} is too small for what is written.`,
      evidence: {
        'checkpoints requested': forced,
        'checkpoints timed': timed,
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

const table = ({ archiving: a, checkpoints: c }: Wal) => ({
  title: 'Log',
  columns: [
    { key: 'what', heading: 'WHAT', unit: 'text' as const },
    { key: 'value', heading: 'VALUE', unit: 'text' as const },
  ],
  rows: [
    { what: 'archive_mode', value: a.mode },
    { what: 'files archived', value: String(a.archived) },
    { what: 'files that failed', value: String(a.failed) },
    { what: 'last archived', value: a.lastArchivedAt?.toISOString() ?? 'never' },
    { what: 'checkpoints by the clock', value: String(c.timed) },
    { what: 'checkpoints forced or asked for', value: String(c.forced) },
    { what: 'max_wal_size', value: bytesText(c.maxWalBytes) },
  ],
})

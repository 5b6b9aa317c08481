import type { CheckpointCount, PostgresSample, StatementTime } from './changes.ts'
import type { Read } from './database-client.ts'
import { counters, databaseSize, statementTimes } from './sample.sql.ts'
import { checkpoints } from './topic/wal.sql.ts'
import type { ServerFacts } from './topic.ts'

export type MeasuredSize = Required<Pick<PostgresSample, 'bytes' | 'bytesAt'>>

/** What a database has counted until now. @param known its size where that was measured a little while ago, as to measure it
 *  costs the server more than all else; null to measure it */
export async function readSample(
  read: Read,
  { extensions, versionNumber, now }: ServerFacts,
  known: MeasuredSize | null,
): Promise<PostgresSample & MeasuredSize> {
  const extension = extensions['pg_stat_statements']
  const [[counted], [points], statements, size] = await Promise.all([
    read<Omit<PostgresSample, 'kind' | 'checkpoints' | 'statements' | keyof MeasuredSize>>(counters),
    // Not every server that speaks Postgres has them.
    read<CheckpointCount>(checkpoints(versionNumber)).catch(() => []),
    // Created, and not loaded: there is nothing to count.
    extension ? read<StatementTime>(statementTimes(extension)).catch(() => []) : [],
    known ??
      read<{ readonly bytes: number }>(databaseSize).then(([measured]) => ({
        ...measured!,
        bytesAt: now.toISOString(),
      })),
  ])
  return { kind: 'postgres', ...counted!, ...size, ...(points && { checkpoints: countOf(points) }), statements }
}

const countOf = ({ timed, forced, since }: CheckpointCount): CheckpointCount => ({ timed, forced, since })

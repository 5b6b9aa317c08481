import type { CheckpointCount, PostgresSample, StatementTime } from './changes.ts'
import type { Read } from './database-client.ts'
import { counters, databaseSize, statementTimes } from './sample.sql.ts'
import { checkpoints } from './topic/wal.sql.ts'
import type { ServerFacts } from './topic.ts'

/** What a database has counted until now. @param knownBytes its size where that was measured a little while ago, as to measure
 *  it costs the server more than all else; null to measure it */
export async function readSample(
  read: Read,
  { extensions, versionNumber }: ServerFacts,
  knownBytes: number | null,
): Promise<PostgresSample> {
  const extension = extensions['pg_stat_statements']
  const [[counted], [points], statements, bytes] = await Promise.all([
    read<Omit<PostgresSample, 'kind' | 'checkpoints' | 'statements' | 'bytes'>>(counters),
    read<CheckpointCount>(checkpoints(versionNumber)),
    // Created, and not loaded: there is nothing to count.
    extension ? read<StatementTime>(statementTimes(extension)).catch(() => []) : [],
    knownBytes ?? read<{ readonly bytes: number }>(databaseSize).then(([size]) => size!.bytes),
  ])
  const { timed, forced, since } = points!
  return { kind: 'postgres', ...counted!, bytes, checkpoints: { timed, forced, since }, statements }
}

import type { Sample, StatementTime } from './changes.ts'
import type { DatabaseClient } from './database-client.ts'
import { counters, statementTimes } from './sample.sql.ts'
import type { ServerFacts } from './topic.ts'

/** What a database has counted until now. */
export async function readSample({ read }: DatabaseClient, { extensions }: ServerFacts): Promise<Sample> {
  const extension = extensions['pg_stat_statements']
  const [[counted], statements] = await Promise.all([
    read<Omit<Sample, 'statements'>>(counters),
    // Created, and not loaded: there is nothing to count.
    extension ? read<StatementTime>(statementTimes(extension)).catch(() => []) : [],
  ])
  return { ...counted!, statements }
}

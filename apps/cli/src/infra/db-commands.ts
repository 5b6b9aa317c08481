import type { Command } from 'commander'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'
import type { DbOptions } from './db.ts'

/** `akashic db` */
export function addDb(program: Command, session: Session, run: (work: Work) => Promise<void>): void {
  program
    .command('db')
    .description(
      'Tell how a database is, a Postgres or a Redis: connections, locks, memory, what is slow, and the rest.',
    )
    .argument('[name]', 'as it stands under databases:; without it they are listed')
    .argument(
      '[topic]',
      'of Postgres one of connections, locks, slow, indexes, bloat, vacuum, sequences, replication, wal, cache, settings; of Redis one of connections, latency, slow, memory, cache, persistence, replication, cluster, keyspace',
    )
    .option('--json', 'the report as JSON')
    .addHelpText(
      'after',
      `
Examples:
  akashic db orders
  akashic db orders locks
  akashic db sessions memory
  akashic db orders slow --json | jq -r '.topics[0].tables[0].rows[].statement'

Exit codes: 0 it is well, 3 something is wrong, 5 not all of it was seen`,
    )
    .action((name: string | undefined, topic: string | undefined, options: DbOptions) =>
      run(async () => (await import('./db.ts')).showDb(session, name, topic, options)),
    )
}

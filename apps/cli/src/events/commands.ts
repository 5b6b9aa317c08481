import type { Command } from 'commander'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'
import type { TailOptions } from './tail-events.ts'

export function addEventCommands(program: Command, session: Session, run: (work: Work) => Promise<void>): void {
  const events = program.command('events').description('Events: what happens, as programs are told.')
  events
    .command('tail')
    .description('Follow what happens, until Ctrl-C.')
    .option('--topic <names>', 'only these topics, separated by commas')
    .option('--type <names>', 'only events of these types, separated by commas')
    .option('--since <when>', 'begin so long ago, or at an instant: 10m, 2026-11-23T14:02Z')
    .option('--json', 'each event as a line of JSON, a CloudEvent')
    .addHelpText(
      'after',
      `
Examples:
  akashic events tail --since 1h
  akashic events tail --type akashic.incident.opened.v1,akashic.incident.resolved.v1
  akashic events tail --json | jq .data`,
    )
    .action((options: TailOptions) => run(async () => (await import('./tail-events.ts')).tailEvents(session, options)))
  events
    .command('topics')
    .description('Compare the topics in Kafka with those that there should be.')
    .option('--apply', 'make what is missing, and bring the others to their partitions and retention')
    .option('--json', 'the comparison as JSON')
    .addHelpText(
      'after',
      `
Needs no server; it asks the brokers in KAFKA_BROKERS. Partitions are never taken away.

Examples:
  KAFKA_BROKERS=127.0.0.1:9092 akashic events topics
  KAFKA_BROKERS=127.0.0.1:9092 akashic events topics --apply`,
    )
    .action((options: { apply?: true; json?: true }) =>
      run(async () => (await import('./show-topics.ts')).showTopics(session, options)),
    )
}

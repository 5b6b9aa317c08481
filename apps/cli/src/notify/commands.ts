import { parseDuration } from '@akashic/config'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { parseCount } from '../parse-option.ts'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'
import type { ListOptions } from './list-notifications.ts'
import { notificationStateNames } from './notification.ts'
import type { TestOptions } from './test-channel.ts'

type Run = (work: Work) => Promise<void>

export function addNotifyCommands(program: Command, session: Session, run: Run): void {
  const notify = program.command('notify').description('Notifications: what was sent where, and whether it arrived.')
  addChannels(notify, session, run)
  addLetters(notify, session, run)
}

function addChannels(notify: Command, session: Session, run: Run): void {
  notify
    .command('channels')
    .description('List the channels of the configuration.')
    .option('--json', 'the channels as JSON')
    .addHelpText('after', examples('channels', "channels --json | jq -r '.[].name'", 'test <channel>'))
    .action((options: { json?: true }) =>
      run(async () => (await import('./list-channels.ts')).listChannels(session, options)),
    )
  notify
    .command('test')
    .description('Send a test message to a channel, and tell whether it arrived.')
    .argument('<channel>', 'its name, as "akashic notify channels" shows it')
    .option('--to <whom>', 'whom it is to reach there; otherwise whom the channel names')
    .addOption(
      new Option('--wait <duration>', 'how long to wait for the outcome').argParser(parseWait).default(15_000, '15s'),
    )
    .option('--json', 'the notification as JSON')
    .addHelpText(
      'after',
      `${examples('test ops-slack', 'test mail --to ada@example.org', 'test ops-slack --wait 1m || echo "no word gets out"')}

Exit codes: 0 delivered, 1 not delivered, 5 not known within the time`,
    )
    .action((channel: string, options: TestOptions) =>
      run(async () => (await import('./test-channel.ts')).testChannel(session, channel, options)),
    )
}

function addLetters(notify: Command, session: Session, run: Run): void {
  notify
    .command('list')
    .description('List what was sent where, newest first.')
    .addOption(
      new Option('--state <name>', 'only those that are so; dead: given up').choices([...notificationStateNames]),
    )
    .option('--channel <name>', 'only those to this channel')
    .option('--incident <id>', 'only those about this incident')
    .option('--limit <count>', 'how many, at most 200', parseCount(200), 50)
    .option('--json', 'the notifications as JSON')
    .addHelpText(
      'after',
      `${examples('list', 'list --state dead', "list --incident <id> --json | jq '.[] | select(.isUncertain)'")}

Exit codes: 0 listed, 1 could not be done`,
    )
    .action((options: ListOptions) =>
      run(async () => (await import('./list-notifications.ts')).listNotifications(session, options)),
    )
  notify
    .command('retry')
    .description('Try again what was given up.')
    .argument('[id]', 'id of the notification')
    .option('--dead', 'all that was given up')
    .option('--json', 'what is tried again as JSON')
    .addHelpText(
      'after',
      `${examples('list --state dead', 'retry <id>', 'retry --dead')}

Exit codes: 0 all of it is tried again, 1 some of it cannot be`,
    )
    .action((id: string | undefined, options: { dead?: true; json?: true }) =>
      run(async () => (await import('./retry-notifications.ts')).retryNotifications(session, id, options)),
    )
}

function parseWait(text: string): number {
  const waitMs = parseDuration(text)
  if (Number.isNaN(waitMs)) throw new InvalidArgumentError('It must be a duration, as 15s.')
  return waitMs
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  akashic notify ${line}`).join('\n')}`
}

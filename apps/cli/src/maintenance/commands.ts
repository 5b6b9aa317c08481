import { Option, type Command } from 'commander'
import { parseCount } from '../parse-option.ts'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'
import type { ChangeOptions, ScheduleOptions } from './change-maintenance.ts'
import { listMaintenances, showMaintenance } from './read-maintenances.ts'

type Run = (work: Work) => Promise<void>

const json = ['--json', 'the maintenance as JSON'] as const
const sayText = 'the words, in Markdown; - reads standard input'

export function addMaintenanceCommands(program: Command, session: Session, run: Run): void {
  const maintenance = program
    .command('maintenance')
    .description('Schedule maintenance, and say how it goes: it is shown, and is no outage.')
  addReading(maintenance, session, run)
  addScheduling(maintenance, session, run)
  addMoving(maintenance, session, run)
}

function addReading(maintenance: Command, session: Session, run: Run): void {
  maintenance
    .command('list')
    .description('List what is in progress or to come.')
    .option('--all', 'the past too, latest first')
    .option('--limit <count>', 'how many, at most 200', parseCount(200), 50)
    .option('--json', 'the maintenances as JSON')
    .addHelpText('after', examples('list', 'list --all', "list --json | jq -r '.[].id'"))
    .action((options: { all?: true; limit: number; json?: true }) => run(() => listMaintenances(session, options)))
  maintenance
    .command('show')
    .description('Tell all about a maintenance.')
    .argument('<id>')
    .option(...json)
    .addHelpText('after', examples('show <id>', 'show <id> --json', 'list'))
    .action((id: string, options: { json?: true }) => run(() => showMaintenance(session, id, options)))
}

function addScheduling(maintenance: Command, session: Session, run: Run): void {
  maintenance
    .command('schedule')
    .description('Schedule a maintenance. It begins and ends by the clock unless --by-hand.')
    .argument('<title>')
    .requiredOption('--component <id...>', 'components that it concerns')
    .requiredOption('--from <when>', 'when it begins: 2h from now, or an instant as 2026-11-24T02:00Z')
    .option('--until <when>', 'when it ends')
    .option('--for <duration>', 'how long it lasts, instead of --until')
    .option('--say <text>', `what is done and what it means: ${sayText}`)
    .addOption(new Option('--visibility <who>', 'who may see it').choices(['public', 'internal']).default('public'))
    .option('--pause-checks', 'do not run the checks of its components meanwhile')
    .option('--by-hand', 'begin and end when a person says so')
    .option(...json)
    .addHelpText(
      'after',
      examples(
        'schedule "Move the database" --component database --from 2026-11-24T02:00Z --for 1h --say "Writes stop."',
        'schedule "New switches" --component web api --from 30m --for 2h --pause-checks',
        'schedule "Try the spare" --component web --from 1h --until 2026-11-24T06:00Z --by-hand',
      ),
    )
    .action((title: string, options: ScheduleOptions) =>
      run(async () => (await import('./change-maintenance.ts')).scheduleMaintenance(session, title, options)),
    )
  maintenance
    .command('change')
    .description('Change the words or the time.')
    .argument('<id>')
    .option('--title <text>')
    .option('--say <text>', sayText)
    .option('--from <when>')
    .option('--until <when>')
    .option(...json)
    .addHelpText(
      'after',
      examples('change <id> --until 2026-11-24T04:00Z', 'change <id> --title "Move the databases"', 'show <id>'),
    )
    .action((id: string, options: ChangeOptions) =>
      run(async () => (await import('./change-maintenance.ts')).changeMaintenance(session, id, options)),
    )
}

const verbs = [
  { verb: 'start', description: 'Say that it has begun.' },
  { verb: 'verify', description: 'Say that the work is done and is being looked over.' },
  { verb: 'complete', description: 'Say that it is over.' },
  { verb: 'cancel', description: 'Say that it will not happen.' },
] as const

function addMoving(maintenance: Command, session: Session, run: Run): void {
  for (const { verb, description } of verbs) {
    maintenance
      .command(verb)
      .description(description)
      .argument('<id>')
      .option('--say <text>', sayText)
      .option(...json)
      .addHelpText('after', examples('list', `${verb} <id>`, `${verb} <id> --say "..."`))
      .action((id: string, options: { say?: string; json?: true }) =>
        run(async () => (await import('./change-maintenance.ts')).moveMaintenance(session, verb, id, options)),
      )
  }
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  akashic maintenance ${line}`).join('\n')}`
}

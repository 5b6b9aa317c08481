import { parseDuration } from '@akashic/config'
import { InvalidArgumentError, type Command } from 'commander'
import { parseCount } from '../parse-option.ts'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'
import type { OverrideOptions } from './overrides.ts'
import type { ShiftsOptions } from './show-shifts.ts'

type Run = (work: Work) => Promise<void>

export function addOnCallCommands(program: Command, session: Session, run: Run): void {
  const oncall = program
    .command('oncall')
    .description('Who is on call, who stands in for whom, and the pages that wait for an answer.')
  addReading(oncall, session, run)
  addOverriding(oncall, session, run)
  addPages(oncall, session, run)
  addAnswers(oncall, session, run)
}

function addReading(oncall: Command, session: Session, run: Run): void {
  oncall
    .command('now')
    .description('Tell who is on call in each schedule, until when, and who comes next.')
    .option('--at <when>', 'another instant: 12h from now, or as 2026-11-27T02:00Z')
    .option('--json', 'one entry for each schedule as JSON')
    .addHelpText(
      'after',
      `${examples('now', 'now --at 12h', "now --json | jq -r '.[].shift.person.name'")}

Exit codes: 0 somebody is on call in each schedule, 3 nobody is in one of them, or there is none`,
    )
    .action((options: { at?: string; json?: true }) =>
      run(async () => (await import('./show-now.ts')).showNow(session, options)),
    )
  oncall
    .command('shifts')
    .description('List the shifts of a schedule, two weeks from now.')
    .argument('<schedule>', 'its name, as "akashic oncall now" shows it')
    .option('--from <when>', 'from when: 2d from now, or an instant')
    .option('--to <when>', 'until when, at most a year later; otherwise two weeks')
    .option('--json', 'the shifts as JSON')
    .addHelpText(
      'after',
      examples(
        'shifts primary',
        'shifts primary --from 2026-12-24 --to 2026-12-27',
        "shifts primary --to 60d --json | jq '.[] | select(.person == null)'",
      ),
    )
    .action((schedule: string, options: ShiftsOptions) =>
      run(async () => (await import('./show-shifts.ts')).showShifts(session, schedule, options)),
    )
  oncall
    .command('policies')
    .description('Tell who is called for what, and what follows when nobody answers.')
    .option('--json', 'the policies as JSON')
    .addHelpText('after', examples('policies', "policies --json | jq -r '.[].name'", 'pages'))
    .action((options: { json?: true }) =>
      run(async () => (await import('./show-policies.ts')).showPolicies(session, options)),
    )
}

function addOverriding(oncall: Command, session: Session, run: Run): void {
  oncall
    .command('override')
    .description('Put somebody on call for a while, instead of whom the schedule says.')
    .argument('<schedule>', 'its name')
    .argument('<person>', 'id of the person')
    .option('--from <when>', 'when it begins: 2h from now, or an instant; otherwise now')
    .option('--to <when>', 'when it ends')
    .option('--for <duration>', 'how long it lasts, instead of --to')
    .requiredOption('--reason <text>', 'why, for those who read it later')
    .option('--json', 'the override as JSON')
    .addHelpText(
      'after',
      examples(
        'override primary grace --for 4h --reason "Ada is on a train."',
        'override primary grace --from 2026-12-24T08:00Z --to 2026-12-26T08:00Z --reason "Swapped."',
        'overrides',
      ),
    )
    .action((schedule: string, person: string, options: OverrideOptions) =>
      run(async () => (await import('./overrides.ts')).addOverride(session, schedule, person, options)),
    )
  oncall
    .command('overrides')
    .description('List the overrides that are in force or to come.')
    .option('--json', 'the overrides as JSON')
    .addHelpText('after', examples('overrides', "overrides --json | jq -r '.[].id'", 'override-cancel <id>'))
    .action((options: { json?: true }) =>
      run(async () => (await import('./overrides.ts')).listOverrides(session, options)),
    )
  oncall
    .command('override-cancel')
    .description('Take an override back: the schedule counts again.')
    .argument('<id>', 'as "akashic oncall overrides" shows it')
    .addHelpText('after', examples('overrides', 'override-cancel <id>', 'now'))
    .action((id: string) => run(async () => (await import('./overrides.ts')).cancelOverride(session, id)))
}

function addPages(oncall: Command, session: Session, run: Run): void {
  oncall
    .command('pages')
    .description('List the pages that are open, worst first, with the commands that answer them.')
    .option('--all', 'those that are over too, newest first')
    .option('--limit <count>', 'how many, at most 200', parseCount(200), 50)
    .option('--json', 'the pages as JSON')
    .addHelpText(
      'after',
      examples('pages', 'pages --all', 'pages --json | jq -r \'.[] | select(.state == "calling") | .id\''),
    )
    .action((options: { all?: true; limit: number; json?: true }) =>
      run(async () => (await import('./list-pages.ts')).listPages(session, options)),
    )
}

function addAnswers(oncall: Command, session: Session, run: Run): void {
  const answers = [
    { verb: 'ack', answer: 'acknowledge', description: 'Acknowledge a page: nobody else is called.' },
    { verb: 'escalate', answer: 'escalate', description: 'Call the next step of a page at once.' },
  ] as const
  for (const { verb, answer, description } of answers) {
    oncall
      .command(verb)
      .description(description)
      .argument('<page>', 'its id')
      .option('--json', 'the page as JSON')
      .addHelpText('after', examples('pages', `${verb} <page>`, `${verb} <page> --json | jq -r .state`))
      .action((id: string, options: { json?: true }) =>
        run(async () => (await import('./answer-page.ts')).answerPage(session, answer, id, options)),
      )
  }
  oncall
    .command('snooze')
    .description('Have a page call again later, from its first step.')
    .argument('<page>', 'its id')
    .requiredOption('--for <duration>', 'how long, 1m to 24h', asDuration)
    .option('--json', 'the page as JSON')
    .addHelpText('after', examples('pages', 'snooze <page> --for 30m', 'ack <page>'))
    .action((id: string, options: { for: string; json?: true }) =>
      run(async () => (await import('./answer-page.ts')).answerPage(session, 'snooze', id, options)),
    )
}

function asDuration(text: string): string {
  if (Number.isNaN(parseDuration(text))) throw new InvalidArgumentError('It must be a duration, as 30m.')
  return text
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  akashic oncall ${line}`).join('\n')}`
}

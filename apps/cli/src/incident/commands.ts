import { Option, type Command } from 'commander'
import { addPostmortemCommand } from '../postmortem/command.ts'
import { parseCount, parseInstant } from '../parse-option.ts'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'
import type { UpdateOptions } from './add-update.ts'
import type { ChangeOptions } from './change-incident.ts'
import { incidentStatusNames, roleNames, severityNames, visibilityNames } from './incident.ts'
import { listIncidents } from './list-incidents.ts'
import type { OpenOptions } from './open-incident.ts'
import { showIncident } from './show-incident.ts'
import { showTimeline, verifyTimeline } from './show-timeline.ts'

type Run = (work: Work) => Promise<void>

const sayText = 'the words, in Markdown; - reads standard input'
const publishText = 'tell the public at once; otherwise it is a draft'
const nextText = 'when the next one is promised: 20m, or an instant'
const json = ['--json', 'the incident as JSON'] as const

export function addIncidentCommands(program: Command, session: Session, run: Run): void {
  const incident = program
    .command('incident')
    .description('Open incidents, say how they stand, publish it, and look at what happened.')
  addReading(incident, session, run)
  addOpening(incident, session, run)
  addSaying(incident, session, run)
  addWording(incident, session, run)
  addResponding(incident, session, run)
  addPostmortemCommand(incident, session, run)
}

function addReading(incident: Command, session: Session, run: Run): void {
  incident
    .command('list')
    .description('List what is open, worst first.')
    .option('--all', 'those that are over too, newest first')
    .option('--status <names>', `only these, as ${incidentStatusNames.slice(0, 2).join(',')}`)
    .option('--severity <names>', 'only these, as SEV-1,SEV-2')
    .option('--component <id>', 'only those of this component')
    .option('--limit <count>', 'how many, at most 200', parseCount(200), 50)
    .option('--json', 'the incidents as JSON')
    .addHelpText('after', examples('list', 'list --all --component web', "list --json | jq -r '.[].id'"))
    .action((options: Parameters<typeof listIncidents>[1]) => run(() => listIncidents(session, options)))
  incident
    .command('show')
    .description('Tell all about an incident: where it stands, what was said, who does what, and what is left to do.')
    .argument('<id>')
    .option(...json)
    .addHelpText('after', examples('show <id>', 'show <id> --json', 'list'))
    .action((id: string, options: { json?: true }) => run(() => showIncident(session, id, options)))
  incident
    .command('timeline')
    .description('Tell what happened to an incident, oldest first.')
    .argument('<id>')
    .option('--json', 'the entries as JSON')
    .addHelpText('after', examples('timeline <id>', 'timeline <id> --json', 'verify <id>'))
    .action((id: string, options: { json?: true }) => run(() => showTimeline(session, id, options)))
  incident
    .command('verify')
    .description('Tell whether the timeline is as it was written. Exit code 1 when it is not.')
    .argument('<id>')
    .option('--json', 'the outcome as JSON')
    .addHelpText('after', examples('verify <id>', "verify <id> --json | jq -r '.headHash'", 'timeline <id>'))
    .action((id: string, options: { json?: true }) => run(() => verifyTimeline(session, id, options)))
}

function addOpening(incident: Command, session: Session, run: Run): void {
  incident
    .command('open')
    .description('Open an incident. Unsure about the severity: take the higher.')
    .argument('<title>', 'what people notice, as "Checkout is down"')
    .addOption(new Option('--severity <name>', '1 is the worst').choices(severityNames).makeOptionMandatory())
    .requiredOption('--say <text>', `${sayText}`)
    .option('--component <id...>', 'components that it concerns')
    .addOption(new Option('--visibility <who>', 'who may see it').choices(visibilityNames).default('public'))
    .option('--publish', publishText)
    .option('--next-update <when>', nextText)
    .option('--started <instant>', 'when it began, if earlier, as 2026-11-23T14:02Z', parseInstant)
    .option(...json)
    .addHelpText(
      'after',
      examples(
        'open "Checkout is down" --severity SEV-2 --component web --say "We are looking into it."',
        'open "Login is slow" --severity SEV-3 --say "Logins take long." --publish --next-update 20m',
        'open "A key leaked" --severity SEV-1 --visibility restricted --say - < notes.md',
      ),
    )
    .action((title: string, options: OpenOptions) =>
      run(async () => (await import('./open-incident.ts')).openIncident(session, title, options)),
    )
}

function addSaying(incident: Command, session: Session, run: Run): void {
  const say = (verb: 'updates' | 'resolve' | 'reopen') => (id: string, options: UpdateOptions) =>
    run(async () => (await import('./add-update.ts')).addUpdate(session, verb, id, options))
  incident
    .command('update')
    .description('Say how an incident stands, and move it on with --status.')
    .argument('<id>')
    .requiredOption('--say <text>', sayText)
    .addOption(new Option('--status <name>', 'where it stands from now on').choices(incidentStatusNames))
    .option('--publish', publishText)
    .option('--next-update <when>', nextText)
    .option(...json)
    .addHelpText(
      'after',
      examples(
        'update <id> --say "Still looking." --publish --next-update 20m',
        'update <id> --status identified --say "A disk is full." --publish',
        'update <id> --status monitoring --say "The fix is out."',
      ),
    )
    .action(say('updates'))
  incident
    .command('resolve')
    .description('Say that it is over.')
    .argument('<id>')
    .requiredOption('--say <text>', sayText)
    .option('--publish', publishText)
    .option(...json)
    .addHelpText('after', examples('resolve <id> --say "All is well again." --publish', 'postmortem <id>', 'list'))
    .action(say('resolve'))
  incident
    .command('reopen')
    .description('Say that it is not over after all.')
    .argument('<id>')
    .requiredOption('--say <text>', sayText)
    .option('--publish', publishText)
    .option('--next-update <when>', nextText)
    .option(...json)
    .addHelpText('after', examples('reopen <id> --say "It is back." --publish', 'list --all', 'show <id>'))
    .action(say('reopen'))
}

function addWording(incident: Command, session: Session, run: Run): void {
  incident
    .command('publish')
    .description('Tell the public what a draft says.')
    .argument('<id>')
    .option('--update <update>', 'which draft, when there are several')
    .option('--preview', 'only show what the public would be told')
    .option(...json)
    .addHelpText('after', examples('publish <id> --preview', 'publish <id>', 'publish <id> --update <update>'))
    .action((id: string, options: { update?: string; preview?: true; json?: true }) =>
      run(async () => (await import('./publish-update.ts')).publishUpdate(session, id, options)),
    )
  incident
    .command('edit')
    .description('Change the words of an update. What it said before stays in the timeline.')
    .argument('<id>')
    .argument('<update>')
    .requiredOption('--say <text>', sayText)
    .option(...json)
    .addHelpText('after', examples('show <id>', 'edit <id> <update> --say "Better words."', 'timeline <id>'))
    .action((id: string, update: string, options: { say: string; json?: true }) =>
      run(async () => (await import('./change-words.ts')).editUpdate(session, id, update, options)),
    )
  incident
    .command('withdraw')
    .description('Take a published update back, or drop a draft. It stays in the timeline.')
    .argument('<id>')
    .argument('<update>')
    .requiredOption('--reason <text>', 'why, for those who read it later')
    .option(...json)
    .addHelpText('after', examples('show <id>', 'withdraw <id> <update> --reason "Wrong incident."', 'timeline <id>'))
    .action((id: string, update: string, options: { reason: string; json?: true }) =>
      run(async () => (await import('./change-words.ts')).withdrawUpdate(session, id, update, options)),
    )
}

function addResponding(incident: Command, session: Session, run: Run): void {
  incident
    .command('change')
    .description('Change the title, severity, visibility, components or ticket.')
    .argument('<id>')
    .option('--title <text>')
    .addOption(new Option('--severity <name>', '1 is the worst').choices(severityNames))
    .addOption(new Option('--visibility <who>', 'who may see it').choices(visibilityNames))
    .option('--ticket <url>', 'link of the ticket; none takes it away')
    .option('--add-component <id...>')
    .option('--remove-component <id...>')
    .option(...json)
    .addHelpText(
      'after',
      examples(
        'change <id> --severity SEV-1',
        'change <id> --ticket https://tickets.example/4711',
        'change <id> --add-component api --visibility internal',
      ),
    )
    .action((id: string, options: ChangeOptions) =>
      run(async () => (await import('./change-incident.ts')).changeIncident(session, id, options)),
    )
  incident
    .command('role')
    .description(`Give somebody a role, or nobody: ${roleNames.join(', ')}.`)
    .argument('<id>')
    .argument('<role>')
    .argument('[person]', 'without it, nobody has the role any more')
    .addHelpText(
      'after',
      examples(
        'role <id> incident_commander "Ada Lovelace"',
        'role <id> communications_lead Grace',
        'role <id> scribe',
      ),
    )
    .action((id: string, role: string, person: string | undefined) =>
      run(async () => (await import('./respond.ts')).assignRole(session, id, role, person)),
    )
  incident
    .command('tick')
    .description('Tick an item of the response checklist.')
    .argument('<id>')
    .argument('<item>', 'its key, as assess.severity')
    .option('--evidence <text>', 'a link or a sentence that shows it')
    .option('--undo', 'take the tick away')
    .addHelpText(
      'after',
      examples(
        'tick <id> assess.severity',
        'tick <id> investigate.logs --evidence https://logs.example/q/1',
        'tick <id> assess.severity --undo',
      ),
    )
    .action((id: string, item: string, options: { evidence?: string; undo?: true }) =>
      run(async () => (await import('./respond.ts')).tickItem(session, id, item, options)),
    )
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  akashic incident ${line}`).join('\n')}`
}

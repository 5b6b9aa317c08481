import type { Command } from 'commander'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'
import type { AddSilenceOptions } from './add-silence.ts'

export function addSilenceCommands(alert: Command, session: Session, run: (work: Work) => Promise<void>): void {
  const silence = alert
    .command('silence')
    .description(
      'Silences: no pages for a while, and no messages of alerts without an incident. They hide nothing from the status page.',
    )
  silence
    .command('add')
    .description('Mute what fits all the matchers, after it has shown what that is and was told to go on.')
    .argument('<matcher...>', 'conditions on labels as Alertmanager writes them: =, !=, =~ and !~')
    .option('--for <duration>', 'how long, at most 7d')
    .option('--until <when>', 'until when, instead of --for')
    .requiredOption('--reason <text>', 'why, for those who wonder why nobody was called')
    .option('--yes', 'do not ask')
    .option('--json', 'the silence as JSON')
    .addHelpText(
      'after',
      `${examples(
        'add component=shop --for 2h --reason "Database move"',
        `add 'alertname=~"High.*"' severity!=critical --for 30m --reason "Load test"`,
        `add source=prometheus 'job!~batch-.*' --until 2026-11-27T06:00Z --reason Tests --yes`,
      )}

Labels: alertname, component, group, severity, source, and those that it came with.
Exit codes: 0 silenced, 1 not silenced, 2 not understood, or no --yes and nobody to ask`,
    )
    .action((matchers: readonly string[], options: AddSilenceOptions) =>
      run(async () => (await import('./add-silence.ts')).addSilence(session, matchers, options)),
    )
  silence
    .command('list')
    .description('List the silences that are not over, newest first.')
    .option('--all', 'those that are over too')
    .option('--json', 'the silences as JSON')
    .addHelpText('after', examples('list', 'list --all', "list --json | jq -r '.[].id'"))
    .action((options: { all?: true; json?: true }) =>
      run(async () => (await import('./list-silences.ts')).listSilences(session, options)),
    )
  silence
    .command('end')
    .description('End a silence now: what it held back calls at once.')
    .argument('<id>', 'as "akashic alert silence list" shows it')
    .option('--json', 'the silence as JSON')
    .addHelpText('after', examples('list', 'end <id>', 'list --all'))
    .action((id: string, options: { json?: true }) =>
      run(async () => (await import('./list-silences.ts')).endSilence(session, id, options)),
    )
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  akashic alert silence ${line}`).join('\n')}`
}

import type { Command } from 'commander'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'
import { addSilenceCommands } from './silence-commands.ts'

export function addAlertCommands(program: Command, session: Session, run: (work: Work) => Promise<void>): void {
  const alert = program.command('alert').description('Alerts: what fires, what fired, and what is silenced.')
  alert
    .command('list')
    .description('List what fires, worst first.')
    .option('--all', 'what fired before too, newest first')
    .option('--source <name>', 'only what this raised')
    .option('--component <id>', 'only alerts about this component')
    .option('--json', 'the alerts as JSON')
    .addHelpText(
      'after',
      `
Examples:
  akashic alert list
  akashic alert list --all --component web
  akashic alert list --json | jq '.[] | select(.severity == "critical")'`,
    )
    .action((options: { all?: true; source?: string; component?: string; json?: true }) =>
      run(async () => (await import('./list-alerts.ts')).listAlerts(session, options)),
    )
  addSilenceCommands(alert, session, run)
}

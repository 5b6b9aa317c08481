import type { Command } from 'commander'
import { parseCount } from '../parse-option.ts'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'
import { deleteComponent } from './delete-component.ts'
import { listComponents } from './list-components.ts'
import { showComponent } from './show-component.ts'
import { showHistory } from './show-history.ts'
import { showUptime } from './show-uptime.ts'

type Run = (work: Work) => Promise<void>

export function addComponentCommands(program: Command, session: Session, run: Run): void {
  const component = program
    .command('component')
    .description('Show components, what they went through, and change those that akashic.yaml does not own.')
  addReading(component, session, run)
  addChanging(component, session, run)
}

function addReading(component: Command, session: Session, run: Run): void {
  component
    .command('list')
    .description('Show every component.')
    .option('--json', 'the components as JSON')
    .addHelpText(
      'after',
      `
Examples:
  akashic component list
  akashic component list --json | jq -r '.[].id'
  akashic component list | grep internal`,
    )
    .action((options: { json?: true }) => run(() => listComponents(session, options)))
  component
    .command('show')
    .description('Tell all about a component: its state and why, its checks, its uptime and what it went through.')
    .argument('<id>')
    .option('--json', 'the component as JSON')
    .addHelpText('after', examples('show'))
    .action((id: string, options: { json?: true }) => run(() => showComponent(session, id, options)))
  component
    .command('history')
    .description('Tell the states that a component was in, newest first, corrections marked.')
    .argument('<id>')
    .option('--limit <count>', 'how many, at most 200', parseCount(200), 20)
    .option('--json', 'the states as JSON')
    .addHelpText('after', examples('history'))
    .action((id: string, options: { limit: number; json?: true }) => run(() => showHistory(session, id, options)))
  component
    .command('uptime')
    .description('Tell the share of time that a component was up.')
    .argument('<id>')
    .option('--window <duration>', 'how far back, at most 400d', '30d')
    .option('--json', 'the figures as JSON')
    .addHelpText('after', examples('uptime'))
    .action((id: string, options: { window: string; json?: true }) => run(() => showUptime(session, id, options)))
}

function addChanging(component: Command, session: Session, run: Run): void {
  component
    .command('create')
    .description('Create a component from a file with one entry of components:, as akashic.yaml has it.')
    .argument('<file>', 'YAML or JSON; - reads standard input')
    .addHelpText(
      'after',
      `
Examples:
  akashic component create web.yaml
  echo '{ id: web, name: Web, checks: [{ kind: http, url: "https://example.org" }] }' | akashic component create -
  akashic component show web`,
    )
    .action((file: string) => run(async () => (await import('./create-component.ts')).createComponent(session, file)))
  component
    .command('change')
    .description('Change keys of a component.')
    .argument('<id>')
    .argument('<key=value...>', 'keys as in akashic.yaml, values as YAML; key=null removes it')
    .addHelpText(
      'after',
      `
Examples:
  akashic component change web name="Web shop" critical=true
  akashic component change web 'checks=[{ kind: http, url: "https://example.org", interval: 30s }]'
  akashic component change web description=null`,
    )
    .action((id: string, settings: string[]) =>
      run(async () => (await import('./change-component.ts')).changeComponent(session, id, settings)),
    )
  component
    .command('delete')
    .description('Delete a component. Its history is kept, and its id is never used again.')
    .argument('<id>')
    .addHelpText('after', examples('delete'))
    .action((id: string) => run(() => deleteComponent(session, id)))
}

function examples(verb: 'show' | 'history' | 'uptime' | 'delete'): string {
  const lines = {
    show: ['show web', 'show web --json', 'list'],
    history: ['history web', 'history web --limit 5', 'history web --json'],
    uptime: ['uptime web', 'uptime web --window 24h', 'uptime web --window 90d --json'],
    delete: ['list', 'delete web', 'list'],
  }[verb]
  return `\nExamples:\n${lines.map((line) => `  akashic component ${line}`).join('\n')}`
}

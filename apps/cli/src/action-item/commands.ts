import type { Command } from 'commander'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'

export function addActionItemCommands(program: Command, session: Session, run: (work: Work) => Promise<void>): void {
  const item = program
    .command('action-item')
    .description('What was agreed on so that an incident does not happen again: listed until done.')
  item
    .command('list')
    .description('List what is to be done, by due date.')
    .option('--all', 'those that are done too')
    .option('--json', 'the action items as JSON')
    .addHelpText('after', examples('list', 'list --all', "list --json | jq '.[] | select(.isOverdue)'"))
    .action((options: { all?: true; json?: true }) =>
      run(async () => (await import('./list-action-items.ts')).listActionItems(session, options)),
    )
  item
    .command('add')
    .description('Agree on something to do after an incident.')
    .argument('<incident>')
    .argument('<text>')
    .requiredOption('--owner <person>')
    .requiredOption('--due <when>', '14d, or an instant')
    .addHelpText(
      'after',
      examples(
        'add <incident> "Alert on full disks" --owner Ada --due 14d',
        'add <incident> "Write a runbook" --owner Grace --due 2026-12-01',
        'list',
      ),
    )
    .action((incident: string, text: string, options: { owner: string; due: string }) =>
      run(async () => (await import('./save-action-item.ts')).addActionItem(session, incident, text, options)),
    )
  item
    .command('change')
    .description('Change the words, the owner or the date.')
    .argument('<incident>')
    .argument('<item>')
    .option('--text <text>')
    .option('--owner <person>')
    .option('--due <when>', '14d, or an instant')
    .option('--undo', 'it is not done after all')
    .addHelpText(
      'after',
      examples(
        'change <incident> <item> --owner Grace',
        'change <incident> <item> --due 7d',
        'change <incident> <item> --undo',
      ),
    )
    .action((incident: string, id: string, options: { text?: string; owner?: string; due?: string; undo?: true }) =>
      run(async () => (await import('./save-action-item.ts')).changeActionItem(session, incident, id, options)),
    )
  item
    .command('done')
    .description('Say that it is done.')
    .argument('<incident>')
    .argument('<item>')
    .addHelpText('after', examples('list', 'done <incident> <item>', 'list --all'))
    .action((incident: string, id: string) =>
      run(async () => (await import('./save-action-item.ts')).finishActionItem(session, incident, id)),
    )
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  akashic action-item ${line}`).join('\n')}`
}

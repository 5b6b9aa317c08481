import type { Command } from 'commander'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'

export interface PostmortemOptions {
  readonly save?: string
  readonly publish?: true
  readonly json?: true
}

export function addPostmortemCommand(incident: Command, session: Session, run: (work: Work) => Promise<void>): void {
  incident
    .command('postmortem')
    .description('Print the postmortem in Markdown: as it was saved, else a draft made from the timeline.')
    .argument('<id>')
    .option('--save <file>', 'save this file as the postmortem; - reads standard input')
    .option('--publish', 'tell the public, with --save')
    .option('--json', 'with its durations and action items, as JSON')
    .addHelpText(
      'after',
      `
Examples:
  akashic incident postmortem <id> > postmortem.md
  akashic incident postmortem <id> --save postmortem.md --publish
  akashic incident postmortem <id> --json | jq '.durations'`,
    )
    .action((id: string, options: PostmortemOptions) =>
      run(async () => {
        if (options.publish && options.save === undefined) {
          throw new CliError('Publishing the postmortem', '--publish needs --save <file>', {
            next: [`akashic incident postmortem ${id} --save postmortem.md --publish`],
            exitCode: exitCodes.usage,
          })
        }
        return options.save === undefined
          ? (await import('./show-postmortem.ts')).showPostmortem(session, id, options)
          : (await import('./save-postmortem.ts')).savePostmortem(session, id, options.save, options)
      }),
    )
}

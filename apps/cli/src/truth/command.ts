import type { Command } from 'commander'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'

export function addTruthCommand(program: Command, session: Session, run: (work: Work) => Promise<void>): void {
  program
    .command('truth')
    .description('Tell where the public is told something else than what is known.')
    .option('--past', 'what was so before, newest first')
    .option('--json', 'the findings as JSON, with the time of the last audit')
    .addHelpText(
      'after',
      `
Examples:
  akashic truth
  akashic truth --past
  akashic truth --json | jq -r '.items[].summary'

Exit codes: 0 the public is told what is known, 3 it is not, 5 nobody has audited that for 5 minutes;
with --past always 0`,
    )
    .action((options: { past?: true; json?: true }) =>
      run(async () => (await import('./show-truth.ts')).showTruth(session, options)),
    )
}

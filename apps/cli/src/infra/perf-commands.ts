import type { Command } from 'commander'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'
import type { PerfOptions } from './perf.ts'

/** `akashic perf` */
export function addPerf(program: Command, session: Session, run: (work: Work) => Promise<void>): void {
  const perf = program.command('perf').description('How components perform.')
  perf
    .command('report')
    .description('Tell how fast components are, how often they fail and what they use, worst first.')
    .option('--component <id>', 'of this component alone')
    .option('--json', 'the report as JSON')
    .addHelpText(
      'after',
      `
Examples:
  akashic perf report
  akashic perf report --component checkout
  akashic perf report --json | jq -r '.summary.components[] | select(.status != "healthy") | .component'

Exit codes: 0 all perform well, 3 something is slow, fails or runs short, 5 not all of it was measured`,
    )
    .action((options: PerfOptions) => run(async () => (await import('./perf.ts')).showPerformance(session, options)))
}

import type { Command } from 'commander'
import { parseCount } from '../parse-option.ts'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'
import type { RunOptions } from './run.ts'

export function addLoadTestCommands(program: Command, session: Session, run: (work: Work) => Promise<void>): void {
  const loadTest = program.command('loadtest').description('Put load on something, and tell whether it holds.')
  loadTest
    .command('run')
    .description('Run a load test from here, in this process.')
    .argument('<file>', 'YAML of the test')
    .option('-e, --env <NAME=value...>', 'a variable for ${NAME} of the file, before those of the environment')
    .option('--workers <count>', 'threads (default: one less than there are processors)', parseCount(64))
    .option('--html <file>', 'write the report as a page')
    .option('--junit <file>', 'write thresholds and checks as JUnit XML')
    .option('--out <file>', 'write the results as JSON')
    .option('--json', 'print the results as JSON')
    .addHelpText(
      'after',
      `
Examples:
  akashic loadtest run load.yaml
  akashic loadtest run load.yaml -e TEST_TOKEN=... --html report.html
  akashic loadtest run load.yaml --json | jq .latency.p95Ms

Exit codes: 0 every threshold holds, 99 one does not, 1 it was not run to its end, 2 command not understood`,
    )
    .action((file: string, options: RunOptions) =>
      run(async () => (await import('./run.ts')).runLoadTestFile(session, file, options)),
    )
  loadTest
    .command('check')
    .description('Tell whether a load test is written right, and where it would go.')
    .argument('<file>', 'YAML of the test')
    .option('-e, --env <NAME=value...>', 'a variable for ${NAME} of the file')
    .action((file: string, options: Pick<RunOptions, 'env'>) =>
      run(async () => (await import('./check.ts')).checkLoadTestFile(session, file, options)),
    )
}

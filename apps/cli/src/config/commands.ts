import type { Command } from 'commander'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'

export function addConfigCommands(program: Command, session: Session, run: (work: Work) => Promise<void>): void {
  const config = program.command('config').description('Look over akashic.yaml before a process does.')
  config
    .command('check')
    .description('Tell every mistake of a configuration at once, with file and line. Needs no server.')
    .argument('[file]', 'the configuration (default: AKASHIC_CONFIG, else akashic.yaml)')
    .option('--json', 'the outcome as JSON')
    .addHelpText(
      'after',
      `
Examples:
  akashic config check
  akashic config check deploy/akashic.yaml
  akashic config check --json | jq -r '.problems[].message'

Exit codes: 0 valid, 1 not valid, 2 command not understood`,
    )
    .action((file: string | undefined, options: { json?: true }) =>
      run(async () => (await import('./check-config.ts')).checkConfig(session, file, options)),
    )
  config
    .command('diff')
    .description(
      'Tell what a reload would add, remove, rename and change: of the running server, or between two files.',
    )
    .argument('[file]', 'the configuration as it is to be (default: AKASHIC_CONFIG, else akashic.yaml)')
    .argument('[from]', 'the configuration as it is, instead of what the server runs')
    .option('--json', 'the differences as JSON')
    .addHelpText(
      'after',
      `
Examples:
  akashic config diff                                what would saving akashic.yaml change?
  akashic config diff next.yaml                      and this one?
  akashic config diff next.yaml akashic.yaml         without a server

Exit codes: 0 told, 1 could not be told, 2 command not understood`,
    )
    .action((file: string | undefined, from: string | undefined, options: { json?: true }) =>
      run(async () => (await import('./diff-config.ts')).diffConfig(session, file, from, options)),
    )
}

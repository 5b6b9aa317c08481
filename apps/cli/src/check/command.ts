import type { ActiveCheckKind } from '@akashic/config'
import { Argument, type Command } from 'commander'
import { exitCodesHelp } from '../exit-codes.ts'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'
import type { CheckOptions } from './make-check.ts'

const kinds: readonly ActiveCheckKind[] = [
  'http',
  'tcp',
  'dns',
  'tls',
  'postgres',
  'redis',
  'kafka',
  'smtp',
  'grpc',
  'openai',
]

export function addCheckCommand(program: Command, session: Session, run: (work: Work) => Promise<void>): void {
  const collect = (value: string, earlier: readonly string[]) => [...earlier, value]
  program
    .command('check')
    .description('Make one check from this machine, now, and tell where the time went. Needs no server.')
    .addArgument(new Argument('<kind>', 'what to check').choices(kinds))
    .argument('<target>', 'a URL, or host:port')
    .option(
      '--set <key=value>',
      'a key of the check as in akashic.yaml, as --set expectStatus=[204]; may be repeated',
      collect,
      [],
    )
    .option('--allow-host <host>', 'go there although the address is link-local or a metadata service', collect, [])
    .option('--json', 'the result as JSON')
    .addHelpText(
      'after',
      `
Examples:
  akashic check http https://example.org --set timeout=2s
  akashic check postgres "$DATABASE_URL"
  akashic check tls example.org:443 --set expiresWithin=30d
${exitCodesHelp}`,
    )
    .action((kind: ActiveCheckKind, target: string, options: CheckOptions) =>
      run(async () => (await import('./make-check.ts')).makeCheck(session, kind, target, options)),
    )
}

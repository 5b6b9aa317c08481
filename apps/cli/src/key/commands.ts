import { type Command, Option } from 'commander'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'
import type { CreateKeyOptions } from './create-key.ts'
import { listKeys } from './list-keys.ts'
import { revokeKey } from './revoke-key.ts'
import { rotateKey } from './rotate-key.ts'

export function addKeyCommands(program: Command, session: Session, run: (work: Work) => Promise<void>): void {
  const key = program.command('key').description('Create, list, rotate and revoke API keys. Needs role admin.')
  const list = (value: string, earlier: readonly string[] = []) => [...earlier, ...value.split(',')]
  key
    .command('create')
    .description('Make a key and print it, once. Nothing else is printed to stdout.')
    .argument('<principal>', 'name of the person or service that will hold it')
    .addOption(new Option('--kind <kind>', 'who holds it').choices(['person', 'service']).default('person'))
    .requiredOption('--role <role>', 'what it may do: viewer, operator, responder, approver or admin')
    .option('--expires <when>', 'when it ends: an instant, or a time from now such as 90d')
    .option('--scope <component>', 'limit it to this component; may be repeated', list)
    .option('--json', 'the key and all about it as JSON')
    .addHelpText(
      'after',
      `
Examples:
  akashic key create alice --role operator --expires 90d
  akashic key create deploy-bot --kind service --role viewer
  export AKASHIC_API_KEY=$(akashic key create me --role admin)`,
    )
    .action((principal: string, options: CreateKeyOptions) =>
      run(async () => (await import('./create-key.ts')).createKey(session, principal, options)),
    )
  addListAndRevoke(key, session, run)
  key
    .command('rotate')
    .description('Replace a key by a new one with the same rights, and print it, once.')
    .argument('<id>', 'id of the key, as "akashic key list" shows it')
    .option('--overlap <duration>', 'how long the old key still works, as 1h', '0s')
    .addHelpText(
      'after',
      `
Examples:
  akashic key rotate 019ab0c4-7f00-7000-8000-000000000001
  akashic key rotate 019ab0c4-7f00-7000-8000-000000000001 --overlap 1h
  akashic key rotate 019ab0c4-7f00-7000-8000-000000000001 > new.key`,
    )
    .action((id: string, options: { overlap: string }) => run(() => rotateKey(session, id, options)))
}

function addListAndRevoke(key: Command, session: Session, run: (work: Work) => Promise<void>): void {
  key
    .command('list')
    .description('Show the keys, without their secrets.')
    .option('--all', 'expired and revoked ones too')
    .option('--json', 'the keys as JSON')
    .addHelpText(
      'after',
      `
Examples:
  akashic key list
  akashic key list --all
  akashic key list --json | jq -r '.[] | select(.role == "admin") | .principal.name'`,
    )
    .action((options: { all?: true; json?: true }) => run(() => listKeys(session, options)))
  key
    .command('revoke')
    .description('Make a key useless, everywhere within 5 seconds.')
    .argument('<id>', 'id of the key, as "akashic key list" shows it')
    .addHelpText(
      'after',
      `
Examples:
  akashic key list
  akashic key revoke 019ab0c4-7f00-7000-8000-000000000001
  akashic audit --subject 019ab0c4-7f00-7000-8000-000000000001`,
    )
    .action((id: string) => run(() => revokeKey(session, id)))
}

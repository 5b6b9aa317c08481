import { type Command, Option } from 'commander'
import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import { parseInstant } from '../parse-option.ts'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'
import { statusNames } from '../terminal/status-words.ts'
import { printable } from '../terminal/text-width.ts'

interface CorrectOptions {
  readonly from: string
  readonly to: string
  readonly status: string
  readonly reason: string
  readonly json?: true
}

interface Correction extends CorrectOptions {
  readonly id: string
  readonly componentId: string
  readonly author: string
}

export function addCorrectCommand(program: Command, session: Session, run: (work: Work) => Promise<void>): void {
  program
    .command('correct')
    .description('Correct what was recorded of a component. The original is kept and shown beside it.')
    .argument('<component>', 'id of the component')
    .requiredOption('--from <instant>', 'when it began, in UTC, as 2026-11-23T14:02Z', parseInstant)
    .requiredOption('--to <instant>', 'when it ended', parseInstant)
    .addOption(new Option('--status <status>', 'what it really was').choices(statusNames).makeOptionMandatory())
    .requiredOption('--reason <text>', 'why the record is wrong, for those who read it later')
    .option('--json', 'the correction as JSON')
    .addHelpText(
      'after',
      `
Examples:
  akashic component history web
  akashic correct web --from 2026-11-23T14:02Z --to 2026-11-23T14:20Z --status outage --reason "the check asked the wrong host"
  akashic component uptime web --window 30d`,
    )
    .action((component: string, options: CorrectOptions) => run(() => correct(session, component, options)))
}

async function correct(
  { terminal, env, dataDir }: Session,
  componentId: string,
  options: CorrectOptions,
): Promise<number> {
  const { json, ...stated } = options
  const api = await openApi(env, dataDir)
  const correction = await api.call<Correction>({
    method: 'POST',
    path: '/api/v1/corrections',
    body: { componentId, ...stated },
    trying: `Correcting ${componentId}`,
  })
  if (json) terminal.print(JSON.stringify(correction, null, 2))
  else {
    const { from, to, status, author } = correction
    terminal.print(
      printable(`Corrected: ${componentId} was ${status.replace('_', ' ')} from ${from} to ${to}, says ${author}.`),
    )
  }
  return exitCodes.ok
}

import type { Command } from 'commander'
import { openApi } from '../api/api.ts'
import type { Page } from '../api/list-all.ts'
import { exitCodes } from '../exit-codes.ts'
import { parseCount } from '../parse-option.ts'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'
import { tableLines } from '../terminal/table.ts'

interface AuditOptions {
  readonly limit: number
  readonly subject?: string
  readonly json?: true
}

interface AuditEntry {
  readonly at: string
  readonly service: string
  readonly actorName: string
  readonly actorKind: string
  readonly action: string
  readonly subject: string
  readonly detail: Readonly<Record<string, unknown>>
}

interface AuditPage extends Page<AuditEntry> {
  /** Services whose entries could not be read. */
  readonly missing?: readonly { readonly service: string; readonly problem: string }[]
}

export function addAuditCommand(program: Command, session: Session, run: (work: Work) => Promise<void>): void {
  program
    .command('audit')
    .description('Tell who did what, newest first.')
    .option('--limit <count>', 'how many entries, at most 200', parseCount(200), 20)
    .option('--subject <id>', 'only what was done to this component or key')
    .option('--json', 'the entries as JSON')
    .addHelpText(
      'after',
      `
Examples:
  akashic audit
  akashic audit --subject database --limit 50
  akashic audit --json | jq -r '.items[] | select(.action == "key.revoke")'`,
    )
    .action((options: AuditOptions) => run(() => showAudit(session, options)))
}

async function showAudit({ terminal, env, dataDir }: Session, options: AuditOptions): Promise<number> {
  const api = await openApi(env, dataDir)
  const { limit, subject } = options
  const page = await api.call<AuditPage>({
    path: '/api/v1/audit',
    query: { limit, subject },
    trying: 'Reading the audit',
  })
  if (options.json) {
    terminal.print(JSON.stringify(page, null, 2))
    return exitCodes.ok
  }
  const rows = page.items.map((entry) => [
    { text: entry.at.replace('T', ' ').replace(/\.\d+Z$/, ''), paint: terminal.paint.dim },
    entry.actorName,
    { text: entry.action, paint: terminal.paint.bold },
    entry.subject,
    { text: detailText(entry.detail), paint: terminal.paint.dim },
  ])
  if (rows.length === 0) terminal.print('Nothing was done yet.')
  const columns = [
    { heading: 'TIME (UTC)' },
    { heading: 'WHO', isFlexible: true },
    { heading: 'WHAT' },
    { heading: 'TO' },
    { heading: 'DETAIL', isFlexible: true, isOptional: true },
  ]
  if (rows.length > 0) for (const line of tableLines(columns, rows, terminal.columns)) terminal.print(line)
  for (const { service, problem } of page.missing ?? []) {
    terminal.complain(`The entries of ${service} are missing: ${problem}.`)
  }
  return exitCodes.ok
}

function detailText(detail: Readonly<Record<string, unknown>>): string {
  return Object.entries(detail)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ')
}

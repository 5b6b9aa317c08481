import type { Command } from 'commander'
import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { counted, instantInWords, inWords } from '../terminal/words.ts'

interface Truth {
  readonly auditedAt: string | null
  readonly findings: readonly {
    readonly kind: string
    readonly subject: string
    readonly sentence: string
    readonly since: string
  }[]
}

export function addTruthCommand(program: Command, session: Session, run: (work: Work) => Promise<void>): void {
  program
    .command('truth')
    .description('Tell where the public is told something else than what is known.')
    .option('--json', 'the findings as JSON')
    .addHelpText(
      'after',
      `
Examples:
  akashic truth
  akashic truth --json | jq -r '.findings[].sentence'
  akashic truth || akashic incident list

Exit codes: 0 the page tells the truth, 3 it does not, 5 not known`,
    )
    .action((options: { json?: true }) => run(() => showTruth(session, options)))
}

async function showTruth({ terminal, env, dataDir, clock }: Session, options: { json?: true }): Promise<number> {
  const api = await openApi(env, dataDir)
  const truth = await api.call<Truth>({ path: '/api/v1/truth', trying: 'Reading the truth audit' })
  const lines = options.json ? [JSON.stringify(truth, null, 2)] : truthLines(truth, terminal, clock.now())
  for (const line of lines) terminal.print(line)
  if (truth.auditedAt === null) return exitCodes.unknown
  return truth.findings.length === 0 ? exitCodes.ok : exitCodes.degraded
}

function truthLines({ auditedAt, findings }: Truth, { paint, columns, program }: Terminal, nowMs: number): string[] {
  if (auditedAt === null) return [paint.grey('? Nothing was audited yet.')]
  const at = `audited ${inWords(nowMs - Date.parse(auditedAt))} ago`
  if (findings.length === 0) return [`${paint.green('● The public is told what is known')}, ${at}.`]
  return [
    `${paint.red(paint.bold(`✖ ${counted(findings.length, 'difference')}`))} between what is told and what is known, ${at}.`,
    ...findings.flatMap(({ kind, subject, sentence, since }) => [
      '',
      ...paragraphLines(sentence, columns, '  '),
      paint.dim(`  since ${instantInWords(Date.parse(since), nowMs)}`),
      ...(commandFor(kind, subject, program) ?? []).map((command) => paint.bold(`  ${command}`)),
    ]),
  ]
}

const commands: Readonly<Record<string, (subject: string) => string>> = {
  page_green_while_red: (subject) => `component show ${subject}`,
  update_overdue: (subject) => `incident update ${subject} --say "..." --publish --next-update 20m`,
  maintenance_past_end: (subject) => `maintenance show ${subject}`,
  open_though_recovered: (subject) => `incident resolve ${subject} --say "..." --publish`,
}

function commandFor(kind: string, subject: string, program: string): string[] | undefined {
  const command = commands[kind]
  return command && [`${program} ${command(subject)}`]
}

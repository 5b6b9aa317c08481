import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { counted } from '../terminal/words.ts'
import { manifestText } from './autoscale-manifest.ts'
import type { AutoscaleReport, AutoscaleStatus, ScalingAdvice, ScalingProposal } from './autoscale-report.ts'
import { autoscalerLines, workloadLines } from './autoscale-tables.ts'
import { faceOf } from './faces.ts'
import { objectText } from './infra.ts'

export interface AutoscaleOptions {
  readonly cluster?: string
  readonly namespace?: string
  /** The name of a proposal, or true for all. */
  readonly manifest?: string | true
  readonly json?: true
}

const codes: Readonly<Record<AutoscaleStatus, number>> = {
  ...{ healthy: exitCodes.ok, info: exitCodes.ok, warning: exitCodes.degraded },
  ...{ critical: exitCodes.outage, unknown: exitCodes.unknown },
}
const rank = { critical: 0, warning: 1, info: 2 } as const
const mostAdvice = 30
const mostProposals = 10

/** Tells how workloads are sized and scaled, and what would be better; or prints proposals as manifests. */
export async function auditAutoscaling(
  { terminal, env, dataDir }: Session,
  options: AutoscaleOptions,
): Promise<number> {
  const api = await openApi(env, dataDir)
  const report = await api.call<AutoscaleReport>({
    path: '/api/v1/infra/autoscaling',
    query: { cluster: options.cluster, namespace: options.namespace },
    trying: 'Reading how workloads are scaled',
  })
  if (options.manifest !== undefined) {
    terminal.print(manifestText(report, options.manifest))
    return exitCodes.ok
  }
  if (options.json) terminal.print(JSON.stringify(report, null, 2))
  else for (const line of reportLines(report, options, terminal)) terminal.print(line)
  return codes[report.status]
}

function reportLines(report: AutoscaleReport, options: AutoscaleOptions, terminal: Terminal): string[] {
  const { paint } = terminal
  const { icon, colour } = faceOf(report.status === 'info' ? 'healthy' : report.status)
  const advice = adviceOf(report)
  return [
    paint[colour](paint.bold(`${icon} ${verdictOf(report, advice, options.namespace)}`)),
    ...adviceLines(advice, terminal),
    ...section('Workloads', workloadLines(report, terminal)),
    ...section('Autoscalers', autoscalerLines(report, terminal)),
    ...proposalLines(report, options, terminal),
    ...unknownLines(report, terminal),
  ]
}

const adviceOf = ({ workloads, autoscalers, verticalAutoscalers }: AutoscaleReport): readonly ScalingAdvice[] =>
  [...workloads, ...autoscalers, ...(verticalAutoscalers ?? [])]
    .flatMap(({ advice }) => advice)
    .toSorted((a, b) => rank[a.severity] - rank[b.severity])

function verdictOf(
  { cluster, status, workloadCount }: AutoscaleReport,
  advice: readonly ScalingAdvice[],
  namespace: string | undefined,
): string {
  const where = namespace === undefined ? cluster : `namespace ${namespace} of ${cluster}`
  const bad = advice.filter(({ severity }) => severity !== 'info').length
  const better = advice.length - bad
  const also = better === 0 ? '' : `, and ${counted(better, 'thing')} could be better`
  if (bad > 0)
    return `${counted(bad, 'thing')} ${bad === 1 ? 'is' : 'are'} wrong with how ${where} is sized and scaled${also}`
  if (status === 'unknown')
    return `Nothing is known to be wrong with how ${where} is sized and scaled, and not all of it was seen${also}`
  return workloadCount === 0 ? `Nothing runs in ${where}` : `${where} is sized and scaled well${also}`
}

/** Each with its sum. */
function adviceLines(advice: readonly ScalingAdvice[], { paint, columns }: Terminal): string[] {
  const hidden = advice.length - mostAdvice
  return [
    ...advice.slice(0, mostAdvice).flatMap(({ severity, object, summary, arithmetic }) => {
      const { icon, colour } = faceOf(severity)
      return [
        ...paragraphLines(`${icon} ${objectText(object)}: ${summary}`, columns, '  ').map((line) =>
          paint[colour](line),
        ),
        ...arithmetic.flatMap((sum) => paragraphLines(sum, columns, '      ').map((line) => paint.grey(line))),
      ]
    }),
    ...(hidden > 0 ? [`  … and ${hidden} more: -n shows a namespace, --json all of them`] : []),
  ]
}

const section = (heading: string, lines: readonly string[]): string[] =>
  lines.length <= 1 ? [] : ['', `${heading}:`, ...lines]

function proposalLines(
  { proposals, proposalCount }: AutoscaleReport,
  options: AutoscaleOptions,
  terminal: Terminal,
): string[] {
  if (proposals.length === 0) return []
  const shown = proposals.slice(0, mostProposals)
  const hidden = proposalCount - shown.length
  const again = [
    `${terminal.program} autoscale audit`,
    ...(options.cluster === undefined ? [] : [`--cluster ${options.cluster}`]),
    ...(options.namespace === undefined ? [] : [`-n ${options.namespace}`]),
  ].join(' ')
  return [
    '',
    'Proposals (none is applied):',
    ...shown.flatMap((proposal, at) => oneProposal(proposal, at + 1, again, terminal)),
    ...(hidden > 0 ? ['', `  … and ${hidden} more: -n shows a namespace, --json all of them`] : []),
    '',
    ...paragraphLines(
      'A manifest says how to try it, to apply it and to take it back. All of them, tried by the API server:',
      terminal.columns,
      '  ',
    ),
    `    ${again} --manifest | ${withInput(shown[0]!)}`,
  ]
}

function oneProposal(proposal: ScalingProposal, number: number, again: string, { columns, paint }: Terminal): string[] {
  const { name, title, changes, warnings, managedBy } = proposal
  const lines = (text: string) => paragraphLines(text, columns, '     ')
  return [
    '',
    ...paragraphLines(`${number}. ${title}`, columns, '  ').map((line) => paint.bold(line)),
    ...changes.flatMap(lines),
    ...managedBy.flatMap((says) => lines(`▲ ${says}`).map((line) => paint.orange(line))),
    ...warnings.flatMap((warning) => lines(`! ${warning}`)),
    `     ${again} --manifest ${name}`,
  ]
}

/** The dry run, of what comes in. */
const withInput = ({ name, dryRun }: ScalingProposal): string => dryRun.replace(`-f ${name}.yaml`, '-f -')

function unknownLines({ workloads, unknown }: AutoscaleReport, { paint, columns }: Terminal): string[] {
  const reasons = workloads
    .filter(({ replicas }) => replicas > 0)
    .flatMap(({ containers }) => containers.flatMap((each) => each.unknown || []))
  const counts = [...Map.groupBy(reasons, (reason) => reason)].map(([reason, all]) => ({
    ...{ what: `how much ${counted(all.length, 'container')} should ask for`, reason },
  }))
  const all = [...unknown, ...counts]
  return [
    ...(all.length > 0 ? [''] : []),
    ...all.flatMap(({ what, reason }) =>
      paragraphLines(`? Unknown: ${what} (${reason})`, columns, '  ').map((line) =>
        paint[faceOf('unknown').colour](line),
      ),
    ),
  ]
}

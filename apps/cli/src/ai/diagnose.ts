import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { counted, instantInWords } from '../terminal/words.ts'
import { healthFace } from './faces.ts'
import { itemLines } from './item-lines.ts'
import { byUrgency, type HealthName, type HealthReport } from './health-report.ts'
import { providerLines } from './render-provider.ts'

const path = '/api/v1/ai/health'
const trying = 'Reading the health of the AI providers'

const codes: Readonly<Record<HealthName, number>> = {
  failed: exitCodes.outage,
  degraded: exitCodes.degraded,
  unknown: exitCodes.unknown,
  healthy: exitCodes.ok,
}

/** Tells how the AI providers are, worst first, and what to do. The exit code tells how they are together. */
export async function diagnose(
  { terminal, env, dataDir }: Session,
  options: { readonly refresh?: true; readonly json?: true },
): Promise<number> {
  const api = await openApi(env, dataDir)
  if (options.refresh && terminal.isInteractive) terminal.complain('Asking every provider ...')
  const report = await api.call<HealthReport>({ path, query: { refresh: options.refresh && 'true' }, trying })
  if (options.json) terminal.print(JSON.stringify(report, null, 2))
  else for (const line of reportLines(report, terminal)) terminal.print(line)
  return codes[report.overall]
}

function reportLines(report: HealthReport, terminal: Terminal): string[] {
  const { providers, recommendations } = report
  // Clocks differ: what is told is told from when the server said it.
  const nowMs = Date.parse(report.generatedAt)
  return [
    ...verdictLines(report, terminal, nowMs),
    ...providers.toSorted(byUrgency).flatMap((one) => ['', ...providerLines(one, terminal, nowMs)]),
    ...(recommendations.length === 0 ? [] : ['', 'Recommended:']),
    ...recommendations.flatMap((text) => itemLines(text, terminal.columns)),
    ...nextLines(report, terminal),
  ]
}

function nextLines({ overall, providers }: HealthReport, { paint, program }: Terminal): string[] {
  if (overall === 'healthy' || providers.length === 0) return []
  const isQualityBad = providers.some(({ responseQuality }) => responseQuality.status === 'degraded')
  const commands = ['ai diagnose --refresh', ...(isQualityBad ? ['ai quality'] : [])]
  return ['', 'Next:', ...commands.map((command) => paint.bold(`  ${program} ${command}`))]
}

function verdictLines({ overall, providers }: HealthReport, { paint, columns }: Terminal, nowMs: number): string[] {
  // One that cannot be used is bad news, whatever the others do.
  const { icon, colour } = healthFace(providers.some((one) => one.overall === 'failed') ? 'failed' : overall)
  const text = `${icon} ${verdictText(providers.map((one) => one.overall))}, ${instantInWords(nowMs, nowMs)}`
  return paragraphLines(text, columns).map((line) => paint[colour](paint.bold(line)))
}

function allWell(count: number): string {
  if (count === 1) return 'The AI provider is well'
  return count === 2 ? 'Both AI providers are well' : `All ${count} AI providers are well`
}

/** `1 of 3 AI providers cannot be used, 1 is degraded`. */
function verdictText(healths: readonly HealthName[]): string {
  const all = counted(healths.length, 'AI provider')
  if (healths.length === 0) return 'Nobody knows: no AI provider is configured'
  const bad = (['failed', 'degraded', 'unknown'] as const).flatMap((health) => {
    const count = healths.filter((one) => one === health).length
    return count === 0 ? [] : [{ count, said: said[health](count === 1 ? 'is' : 'are') }]
  })
  if (bad.length === 0) return allWell(healths.length)
  return bad.map(({ count, said }, index) => `${count} ${index === 0 ? `of ${all} ` : ''}${said}`).join(', ')
}

const said = {
  failed: () => 'cannot be used',
  degraded: (be: string) => `${be} degraded`,
  unknown: (be: string) => `${be} not known`,
}

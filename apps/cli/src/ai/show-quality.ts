import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import type { QualityReport } from './quality-report.ts'
import { qualityLines } from './render-quality.ts'

export interface QualityOptions {
  readonly window: number
  readonly provider?: string
  readonly model?: string
  readonly json?: true
}

/** Tells how good the newest answers are. Exit code 3 when there is an alert or a change for the worse, 5 when nothing can be
 *  said of them. */
export async function showQuality({ terminal, env, dataDir }: Session, options: QualityOptions): Promise<number> {
  const { window, provider, model, json } = options
  const api = await openApi(env, dataDir)
  const report = await api.call<QualityReport>({
    path: '/api/v1/ai/quality',
    query: { window, provider, model },
    trying: 'Reading the quality of the answers',
  })
  if (json) terminal.print(JSON.stringify(report, null, 2))
  else for (const line of qualityLines(report, terminal)) terminal.print(line)
  if (isBad(report)) return exitCodes.degraded
  return report.overallScore === null ? exitCodes.unknown : exitCodes.ok
}

const isBad = ({ alerts, models }: QualityReport): boolean =>
  alerts.length > 0 || models.some(({ drifting }) => drifting.length > 0)

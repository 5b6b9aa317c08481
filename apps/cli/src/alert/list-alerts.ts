import { openApi } from '../api/api.ts'
import { listAll } from '../api/list-all.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import type { Paint } from '../terminal/paint.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/text-width.ts'
import { counted, instantInWords, inWords } from '../terminal/words.ts'
import { alertSeverities, type Alert } from './alert.ts'
import { severityFace } from './severity-face.ts'

interface ListOptions {
  readonly all?: true
  readonly source?: string
  readonly component?: string
  readonly json?: true
}

/** Lists what fires, worst first; with `all`, what fired before too, newest first. */
export async function listAlerts(session: Session, options: ListOptions): Promise<number> {
  const { terminal, env, dataDir, clock } = session
  const api = await openApi(env, dataDir)
  const asked = Object.entries({
    status: options.all ? undefined : 'firing',
    source: options.source,
    component: options.component,
  }).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]))
  const path = asked.length === 0 ? '/api/v1/alerts' : `/api/v1/alerts?${asked.join('&')}`
  const alerts = await listAll<Alert>(api, path, 'Reading the alerts')
  const isFiltered = options.source !== undefined || options.component !== undefined
  if (options.json) terminal.print(JSON.stringify(alerts, null, 2))
  else if (isFiltered && alerts.length === 0) terminal.print('No alert matches.')
  else
    for (const line of listLines(options.all ? alerts : alerts.toSorted(byUrgency), terminal, clock.now()))
      terminal.print(line)
  return exitCodes.ok
}

function byUrgency(a: Alert, b: Alert): number {
  return alertSeverities.indexOf(a.severity) - alertSeverities.indexOf(b.severity) || (a.firedAt < b.firedAt ? 1 : -1)
}

function listLines(alerts: readonly Alert[], terminal: Terminal, nowMs: number): string[] {
  const { paint, columns, program } = terminal
  const firing = alerts.filter(({ status }) => status === 'firing').length
  const verdict = firing === 0 ? paint.green('● No alert fires.') : paint.bold(`${counted(firing, 'alert')} firing`)
  const blocks = alerts.flatMap((alert) => [
    '',
    ...paragraphLines(alert.summary, columns).map((line) => paint.bold(line)),
    `  ${standText(alert, paint, nowMs)}`,
    ...paragraphLines(aboutText(alert), columns, '  ').map((line) => paint.dim(line)),
    ...(alert.incident === null ? [] : [paint.bold(`  ${program} incident show ${alert.incident}`)]),
  ])
  return [verdict, ...blocks]
}

function standText({ status, severity, firedAt, resolvedAt }: Alert, paint: Paint, nowMs: number): string {
  if (status === 'resolved' && resolvedAt !== null) {
    return paint.green(`● resolved ${instantInWords(Date.parse(resolvedAt), nowMs)}, ${severity}`)
  }
  const { icon, colour } = severityFace(severity)
  const firedMs = Date.parse(firedAt)
  return paint[colour](`${icon} ${severity}, for ${inWords(nowMs - firedMs)} (${instantInWords(firedMs, nowMs)})`)
}

function aboutText({ source, fingerprint, labels, component, assignee }: Alert): string {
  const about = component === null ? '' : `${component}, `
  const whose = assignee === null ? '' : `, for ${assignee.person ?? assignee.role.replaceAll('_', ' ')}`
  const name = labels?.['alertname'] ?? fingerprint
  return printable(`${about}${source}: ${name}${whose}`)
}

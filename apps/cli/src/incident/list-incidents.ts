import { openApi } from '../api/api.ts'
import type { Page } from '../api/list-all.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable, truncate, wrapped } from '../terminal/text-width.ts'
import { counted } from '../terminal/words.ts'
import { isOpen, severityNames, type ListedIncident } from './incident.ts'
import { standText } from './render-incident.ts'
import { toldText } from './render-update.ts'

interface ListOptions {
  readonly all?: true
  readonly status?: string
  readonly severity?: string
  readonly component?: string
  readonly limit: number
  readonly json?: true
}

/** Lists the incidents that are open, worst first; with `all`, those that are over too, newest first. */
export async function listIncidents(session: Session, options: ListOptions): Promise<number> {
  const { terminal, env, dataDir, clock } = session
  const { all, status, severity, component, limit, json } = options
  const api = await openApi(env, dataDir)
  const asked = status ?? (all ? undefined : 'investigating,identified,monitoring')
  const page = await api.call<Page<ListedIncident>>({
    path: '/api/v1/incidents',
    query: { limit, severity, component, status: asked },
    trying: 'Reading the incidents',
  })
  if (json) {
    terminal.print(JSON.stringify(page.items, null, 2))
    return exitCodes.ok
  }
  const shown = all ? page.items : page.items.toSorted(byUrgency)
  const isFiltered = [status, severity, component].some((filter) => filter !== undefined)
  if (isFiltered && shown.length === 0) terminal.print('No incident matches.')
  else for (const line of listLines(shown, terminal, clock.now())) terminal.print(line)
  if (page.nextCursor !== null) terminal.print(`There are more: --limit ${Math.min(200, limit * 2)} shows them.`)
  return exitCodes.ok
}

function byUrgency(a: ListedIncident, b: ListedIncident): number {
  return severityNames.indexOf(a.severity) - severityNames.indexOf(b.severity) || (a.startedAt < b.startedAt ? 1 : -1)
}

function listLines(incidents: readonly ListedIncident[], terminal: Terminal, nowMs: number): string[] {
  const { paint, columns, program } = terminal
  const open = incidents.filter(isOpen).length
  const verdict = open === 0 ? paint.green('● No incident is open.') : paint.bold(`${counted(open, 'incident')} open`)
  const blocks = incidents.flatMap((incident) => {
    const names = incident.components.map((component) => component.name).join(', ')
    const told = toldText(incident, nowMs)
    return [
      '',
      paint.bold(truncate(printable(incident.title), columns)),
      `  ${standText(incident, terminal, nowMs)}`,
      ...(names === '' ? [] : [paint.dim(`  ${truncate(printable(names), columns - 2)}`)]),
      ...(isOpen(incident) ? wrapped(told.split(' '), ' ', columns - 2) : []).map((line) =>
        incident.isUpdateOverdue ? paint.red(`  ${line}`) : `  ${line}`,
      ),
      paint.bold(`  ${program} incident show ${incident.id}`),
    ]
  })
  return [verdict, ...blocks]
}

import { openApi } from '../api/api.ts'
import type { Page } from '../api/list-all.ts'
import { exitCodeOf, exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { statusFace } from '../terminal/status-words.ts'
import { tableLines } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/text-width.ts'
import { instantInWords, inWords, responseTimeInWords } from '../terminal/words.ts'
import { componentPath, type ShownCheck, type ShownDefinition, type StateInterval, type Uptime } from './component.ts'
import { intervalLines, uptimeText } from './render-ledger.ts'

/** Tells all about a component. */
export async function showComponent(session: Session, id: string, options: { json?: true }): Promise<number> {
  const { terminal, env, dataDir, clock } = session
  const api = await openApi(env, dataDir)
  const trying = `Reading the component ${id}`
  const component = await api.call<ShownDefinition>({ path: componentPath(id), trying })
  if (options.json) {
    terminal.print(JSON.stringify(component, null, 2))
    return exitCodeOf(component.state?.status ?? 'unknown')
  }
  const [uptime, history] = await Promise.all([
    api.call<Uptime>({ path: `${componentPath(id)}/uptime`, query: { window: '30d' }, trying }),
    api.call<Page<StateInterval>>({ path: `${componentPath(id)}/history`, query: { limit: 5 }, trying }),
  ])
  const lines = [
    ...stateLines(component, terminal, clock.now()),
    '',
    ...factLines(component, uptime, terminal),
    '',
    'Lately:',
    ...intervalLines(history.items, terminal, clock.now()),
    ...nextLines(component, terminal),
  ]
  for (const line of lines) terminal.print(line)
  return component.state === null ? exitCodes.unknown : exitCodeOf(component.state.status)
}

function stateLines({ name, id, state }: ShownDefinition, { paint }: Terminal, nowMs: number): string[] {
  const face = statusFace(state?.status ?? 'unknown', paint)
  const sinceMs = state === null ? null : Date.parse(state.since)
  const since =
    sinceMs === null ? ', never checked' : ` since ${instantInWords(sinceMs, nowMs)} (${inWords(nowMs - sinceMs)})`
  return [
    printable(`${name} (${id})`),
    `${face.paint(paint.bold(face.text.toUpperCase()))}${since}`,
    ...[state?.errorDetail ?? state?.error].flatMap((reason) => (reason ? [`  ${printable(reason)}`] : [])),
    ...(state?.causedBy ? [`  caused by ${state.causedBy}`] : []),
    ...(state?.flappingSince ? [`  flapping since ${instantInWords(Date.parse(state.flappingSince), nowMs)}`] : []),
  ]
}

const owners = { file: 'configuration', api: 'API' } as const

function factLines(component: ShownDefinition, uptime: Uptime, { paint, columns }: Terminal): string[] {
  const { group, description, dependsOn = [], checks = [], state } = component
  const weight = component.critical ? 'critical' : 'not critical'
  const facts: [string, string][] = [
    ['about', [group, description].filter((text) => text).join(': ')],
    ['kind', `${component.visibility ?? 'public'}, ${weight}, owned by the ${owners[component.ownedBy]}`],
    ['depends on', dependsOn.join(', ')],
    ...checks.map((check): [string, string] => ['check', checkText(check)]),
    ['answers in', typeof state?.responseTimeMs === 'number' ? responseTimeInWords(state.responseTimeMs) : ''],
    ['last checked', state?.lastChecked ?? 'never'],
    ['uptime 30 d', uptimeText(uptime)],
  ]
  const rows = facts.filter(([, text]) => text !== '').map(([name, text]) => [{ text: name, paint: paint.dim }, text])
  return tableLines([{}, { isFlexible: true }], rows, columns, '  ')
}

function checkText({ kind, url, baseUrl, brokers, host, port, interval }: ShownCheck): string {
  const target = url ?? baseUrl ?? brokers?.join(',') ?? [host, port].filter((part) => part !== undefined).join(':')
  return `${[kind, target].filter((part) => part !== '').join(' ')}, every ${interval ?? '60s'}`
}

function nextLines({ id, state }: ShownDefinition, { paint, program }: Terminal): string[] {
  if (state === null || state.status === 'operational') return []
  const roots = state.causedBy ? [`${program} component show ${state.causedBy}`] : []
  return ['', 'Next:', ...[...roots, `${program} component history ${id}`].map((line) => paint.bold(`  ${line}`))]
}

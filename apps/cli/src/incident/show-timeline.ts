import { openApi } from '../api/api.ts'
import { listAll } from '../api/list-all.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { tableLines } from '../terminal/table.ts'
import { incidentPath } from './incident.ts'

interface TimelineEntry {
  readonly seq: number
  readonly at: string
  readonly actor: string
  readonly kind: string
  readonly body: Readonly<Record<string, unknown>>
}

interface Verification {
  readonly isIntact: boolean
  readonly entries: number
  readonly headHash: string
  readonly brokenAt: number | null
  readonly problem: string | null
}

/** Tells what happened to an incident, oldest first. */
export async function showTimeline(session: Session, id: string, options: { json?: true }): Promise<number> {
  const { terminal, env, dataDir } = session
  const api = await openApi(env, dataDir)
  const trying = `Reading the timeline of ${id}`
  const entries = await listAll<TimelineEntry>(api, `${incidentPath(id)}/timeline`, trying)
  if (options.json) {
    terminal.print(JSON.stringify(entries, null, 2))
    return exitCodes.ok
  }
  const { paint } = terminal
  const rows = entries.map(({ seq, at, actor, kind, body }) => [
    { text: String(seq), paint: paint.dim },
    { text: at.replace('T', ' ').replace(/\.\d+Z$/, ''), paint: paint.dim },
    { text: kind.replaceAll('_', ' '), paint: paint.bold },
    actor,
    { text: bodyText(body), paint: paint.dim },
  ])
  const columns = [
    { heading: '#', align: 'right' as const },
    { heading: 'TIME (UTC)' },
    { heading: 'WHAT' },
    { heading: 'WHO', isFlexible: true },
    { heading: 'DETAIL', isFlexible: true, isOptional: true },
  ]
  for (const line of tableLines(columns, rows, terminal.columns)) terminal.print(line)
  return exitCodes.ok
}

/** Tells whether the timeline of an incident is as it was written. */
export async function verifyTimeline(session: Session, id: string, options: { json?: true }): Promise<number> {
  const { terminal, env, dataDir } = session
  const { paint, program } = terminal
  const api = await openApi(env, dataDir)
  const path = `${incidentPath(id)}/timeline/verification`
  const verified = await api.call<Verification>({ path, trying: `Verifying the timeline of ${id}` })
  const { isIntact, entries, headHash, brokenAt, problem } = verified
  const lines = isIntact
    ? [`${paint.green(paint.bold('● INTACT'))}: all ${entries} entries are as they were written.`, `  head ${headHash}`]
    : [
        `${paint.red(paint.bold('✖ BROKEN'))} at entry ${brokenAt ?? '?'} of ${entries}: ${problem ?? 'it does not fit'}`,
        '  What comes before that entry is as it was written; from there on nothing is vouched for.',
        '',
        'Next:',
        paint.bold(`  ${program} incident timeline ${id}`),
      ]
  for (const line of options.json ? [JSON.stringify(verified, null, 2)] : lines) terminal.print(line)
  return isIntact ? exitCodes.ok : exitCodes.failed
}

function bodyText(body: Readonly<Record<string, unknown>>): string {
  return Object.entries(body)
    .filter(([key]) => !passedOver.includes(key))
    .map(([key, value]) => `${wordsOf(key)}: ${valueText(key, value)}`)
    .filter((part) => !part.endsWith(': '))
    .join('; ')
}

/** For programs; --json has them. */
const passedOver = ['isBySystem', 'updateId', 'alertId', 'diagnosisId', 'verdict']

const wordsOf = (key: string): string =>
  key.replace(/(Ms|Id)$/, '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

function valueText(key: string, value: unknown): string {
  if (typeof value === 'number' && key.endsWith('Ms')) return new Date(value).toISOString().replace(/\.\d+Z$/, 'Z')
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map((item: unknown) => valueText('', item)).join(', ')
  if (value === null || value === undefined) return ''
  if (typeof value === 'object' && 'from' in value && 'to' in value) {
    return `${valueText(key, value.from)} → ${valueText(key, value.to)}`
  }
  if (typeof value === 'object' && 'id' in value && typeof value.id === 'string') return value.id
  return JSON.stringify(value)
}

import { byUrgency, countedStatus, statusFace, statusNames } from '../terminal/status-words.ts'
import { tableLines, type Cell } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { wrapped } from '../terminal/text-width.ts'
import { instantInWords, inWords, ratioInWords, responseTimeInWords } from '../terminal/words.ts'
import { incidentStatusFace } from '../incident/faces.ts'
import type { ShownComponent, StatusPicture, TakenPicture, ToldIncident } from './status-picture.ts'

type Canvas = Pick<Terminal, 'paint' | 'columns' | 'program'>

/** The picture as lines: the verdict, what is wrong, worst first, what is well, uptime, and what to do. */
export function renderPicture(
  { picture, incidents, publicOnlyBecause }: TakenPicture,
  canvas: Canvas,
  nowMs: number,
): string[] {
  const wrong = picture.components
    .filter((component) => component.status !== 'operational' || component.flappingSince)
    .toSorted((a, b) => byUrgency(a.status, b.status) || (a.since < b.since ? -1 : 1))
  const well = picture.components.filter((component) => !wrong.includes(component))
  const { paint } = canvas
  return [
    verdict(picture, canvas, nowMs),
    ...warnings(picture).map((line) => paint.yellow(line)),
    ...section(incidents, (rows) => incidentLines(rows, canvas)),
    ...section(wrong, (rows) => wrongLines(rows, picture, canvas, nowMs)),
    ...section(well, (rows) => wellLines(rows, canvas)),
    '',
    ...uptimeLines(picture, canvas.columns).map((line) => paint.dim(line)),
    ...(publicOnlyBecause === null ? [] : [paint.dim(`Public view only: ${publicOnlyBecause}.`)]),
    ...section(
      wrong.filter((component) => component.status !== 'maintenance'),
      (rows) => nextLines(rows, canvas),
    ),
  ]
}

function section<T>(rows: readonly T[], lines: (rows: readonly T[]) => string[]): string[] {
  return rows.length === 0 ? [] : ['', ...lines(rows)]
}

function verdict({ overall, overallSince, components }: StatusPicture, { paint }: Canvas, nowMs: number): string {
  const face = statusFace(overall, paint)
  const counts = statusNames.flatMap((status) => {
    const count = components.filter((component) => component.status === status).length
    return count === 0 ? [] : [countedStatus(count, status)]
  })
  const since = overallSince ? ` since ${sinceInWords(overallSince, nowMs)}` : ''
  return `${face.paint(paint.bold(face.text.toUpperCase()))}${since}: ${counts.join(', ') || 'no components yet'}`
}

function warnings({ stale, ageMs, isBlind, overallPublic, overall }: StatusPicture): string[] {
  return [
    ...(stale
      ? [`This is what was known ${inWords(ageMs ?? 0)} ago: the status service or its database does not answer.`]
      : []),
    ...(isBlind ? ['The checker cannot see: its own network is broken, and no verdict is made.'] : []),
    ...(overallPublic !== undefined && overallPublic !== overall ? [`The status page says: ${overallPublic}.`] : []),
  ]
}

function incidentLines(incidents: readonly ToldIncident[], { paint, columns, program }: Canvas): string[] {
  const rows = incidents.map(({ id, title, status, impact }) => {
    const face = incidentStatusFace(status, paint)
    const command = { text: `${program} incident show ${id}`, paint: paint.bold }
    return [{ text: `${face.icon} ${status}`, paint: face.paint }, title, `impact ${impact}`, command]
  })
  return [
    'Open incidents, as the public is told:',
    ...tableLines([{}, { isFlexible: true }, {}, { isOptional: true }], rows, columns, '  '),
  ]
}

function wrongLines(
  rows: readonly ShownComponent[],
  picture: StatusPicture,
  { paint, columns }: Canvas,
  nowMs: number,
) {
  const names = new Map(picture.components.map((component) => [component.id, component.name]))
  const cells = rows.map((component): (string | Cell)[] => {
    const face = statusFace(component.status, paint)
    return [
      { text: face.text, paint: face.paint },
      { text: component.name, paint: paint.bold },
      reasonOf(component, names, nowMs),
      { text: `since ${sinceInWords(component.since, nowMs)}`, paint: paint.dim },
    ]
  })
  return tableLines([{}, { isFlexible: true }, { isFlexible: true }, { isOptional: true }], cells, columns, '  ')
}

function reasonOf(component: ShownComponent, names: ReadonlyMap<string, string>, nowMs: number): string {
  const { errorDetail, error, causedBy, flappingSince } = component
  return [
    ...(causedBy ? [`caused by ${names.get(causedBy) ?? causedBy}`] : []),
    ...(errorDetail || error ? [(errorDetail || error)!] : []),
    ...(component.lastChecked === null && !errorDetail && !error ? ['not checked yet'] : []),
    ...(flappingSince ? [`flapping since ${instantInWords(Date.parse(flappingSince), nowMs)}`] : []),
  ].join('; ')
}

function wellLines(rows: readonly ShownComponent[], { paint, columns }: Canvas): string[] {
  const face = statusFace('operational', paint)
  const cells = rows.map((component): (string | Cell)[] => [
    { text: face.text, paint: face.paint },
    component.name,
    { text: component.group, paint: paint.dim },
    { text: component.responseTimeMs === null ? '' : responseTimeInWords(component.responseTimeMs), paint: paint.dim },
    { text: component.visibility === 'internal' ? 'internal' : '', paint: paint.dim },
  ])
  return tableLines(
    [{}, { isFlexible: true }, { isFlexible: true, isOptional: true }, { align: 'right' }, { isOptional: true }],
    cells,
    columns,
    '  ',
  )
}

function uptimeLines({ uptime }: StatusPicture, columns: number): string[] {
  const { last24h, last7d, last30d, last90d } = uptime
  const windows = [
    ['24 h', last24h],
    ['7 d', last7d],
    ['30 d', last30d],
    ['90 d', last90d],
  ] as const
  const texts = windows.map(([name, { ratio }]) => `${name} ${ratioInWords(ratio)}`)
  const isPartlyKnown = last90d.ratio !== null && last90d.unknownMs > last90d.knownMs / 100
  const known = isPartlyKnown ? [`(of 90 d, ${inWords(last90d.knownMs)} known)`] : []
  return wrapped(['Uptime', ...texts, ...known], '   ', columns)
}

function nextLines(rows: readonly ShownComponent[], { paint, program }: Canvas): string[] {
  const checked = rows.filter((component) => component.lastChecked !== null)
  const roots = checked.filter((component) => !component.causedBy)
  const shown = (roots.length > 0 ? roots : checked).slice(0, 3)
  const commands = shown.map((component) => `component show ${component.id}`)
  return [
    'Next:',
    ...(commands.length > 0 ? commands : ['status --watch']).map((line) => paint.bold(`  ${program} ${line}`)),
  ]
}

function sinceInWords(since: string, nowMs: number): string {
  const sinceMs = Date.parse(since)
  return `${instantInWords(sinceMs, nowMs)} (${inWords(nowMs - sinceMs)})`
}

import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import { tableLines, type Cell } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { faceOf } from './faces.ts'
import { objectText, type ObjectReference, type Remedy } from './infra.ts'
import { onlyCluster } from './only-cluster.ts'

export interface StorageOptions {
  readonly cluster?: string
  readonly namespace?: string
  readonly json?: true
}

type Status = 'healthy' | 'info' | 'warning' | 'critical' | 'unknown'

interface Claim {
  readonly namespace: string
  readonly name: string
  readonly status: Status
  readonly phase: string
  readonly storageClass: string | null
  readonly size: string
  readonly usedBy: readonly ObjectReference[]
  readonly use: { readonly ratio: number } | null
  readonly says: string
}

interface StorageReport {
  readonly cluster: string
  readonly status: Status
  readonly classes: readonly {
    readonly name: string
    readonly isDefault: boolean
    readonly provisioner: string
    readonly bindingMode: string
    readonly reclaimPolicy: string
    readonly isExpandable: boolean
  }[]
  readonly claims: readonly Claim[]
  readonly claimCount: number
  readonly volumes: readonly {
    readonly name: string
    readonly status: Status
    readonly phase: string
    readonly size: string
    readonly storageClass: string
    readonly reclaimPolicy: string
    readonly claim: ObjectReference | null
  }[]
  readonly volumeCount: number
  readonly findings: readonly {
    readonly severity: Status
    readonly object: ObjectReference
    readonly summary: string
    readonly remedies: readonly Remedy[]
  }[]
  readonly unknown: readonly { readonly what: string; readonly reason: string }[]
}

const codes: Readonly<Record<Status, number>> = {
  ...{ healthy: exitCodes.ok, info: exitCodes.ok, warning: exitCodes.degraded },
  ...{ critical: exitCodes.outage, unknown: exitCodes.unknown },
}
const mostRows = 20
const nearlyFull = 0.9

/** Tells what storage there is, who uses it, how full it is, and what is wrong with it. */
export async function showStorage({ terminal, env, dataDir }: Session, options: StorageOptions): Promise<number> {
  const api = await openApi(env, dataDir)
  const cluster = options.cluster ?? (await onlyCluster(api, 'storage'))
  const report = await api.call<StorageReport>({
    path: `/api/v1/infra/clusters/${encodeURIComponent(cluster)}/storage`,
    query: { namespace: options.namespace },
    trying: 'Reading the storage',
  })
  if (options.json) terminal.print(JSON.stringify(report, null, 2))
  else for (const line of reportLines(report, options.namespace, terminal)) terminal.print(line)
  return codes[report.status]
}

function reportLines(report: StorageReport, namespace: string | undefined, terminal: Terminal): string[] {
  const { paint, columns } = terminal
  const { icon, colour } = faceOf(report.status === 'info' ? 'healthy' : report.status)
  return [
    paint[colour](paint.bold(`${icon} ${verdictOf(report, namespace)}`)),
    ...findingLines(report, terminal),
    ...waitingLines(report, terminal),
    ...section('Claims', claimLines(report, terminal), report.claimCount),
    ...section('Volumes', volumeLines(report, terminal), report.volumeCount),
    ...section('Classes', classLines(report, columns), report.classes.length),
    ...report.unknown.flatMap(({ what, reason }) =>
      paragraphLines(`? Unknown: ${what} (${reason})`, columns, '  ').map((line) =>
        paint[faceOf('unknown').colour](line),
      ),
    ),
  ]
}

function verdictOf({ cluster, status, claimCount, findings }: StorageReport, namespace: string | undefined): string {
  const where = namespace === undefined ? cluster : `namespace ${namespace} of ${cluster}`
  const bad = findings.filter(({ severity }) => severity === 'critical' || severity === 'warning').length
  if (bad > 0) return `${bad === 1 ? 'One thing is' : `${bad} things are`} wrong with the storage of ${where}`
  if (status === 'unknown')
    return `Nothing is known to be wrong with the storage of ${where}, and not all of it was seen`
  return claimCount === 0 ? `No storage is claimed in ${where}` : `The storage of ${where} is well`
}

/** Each with the first thing to do about it. */
function findingLines({ findings }: StorageReport, { paint, columns }: Terminal): string[] {
  return findings.flatMap(({ severity, object, summary, remedies }) => {
    const { icon, colour } = faceOf(severity)
    const command = remedies.find((remedy) => remedy.command !== null)?.command
    return [
      ...paragraphLines(`${icon} ${objectText(object)}: ${summary}`, columns, '  ').map((line) => paint[colour](line)),
      ...(command === null || command === undefined ? [] : [`    ${command}`]),
    ]
  })
}

/** Claims that wait as they should. */
function waitingLines({ claims }: StorageReport, { paint, columns }: Terminal): string[] {
  const { icon, colour } = faceOf('info')
  return claims
    .filter(({ status, says }) => status === 'info' && says !== '')
    .slice(0, mostRows)
    .flatMap(({ namespace, name, says }) =>
      paragraphLines(`${icon} PersistentVolumeClaim ${namespace}/${name}: ${says}`, columns, '  ').map((line) =>
        paint[colour](line),
      ),
    )
}

/** Its lines are cut where they are many. */
function section(heading: string, lines: readonly string[], count: number): string[] {
  if (count === 0) return []
  const hidden = count - (lines.length - 1)
  return ['', `${heading}:`, ...lines, ...(hidden > 0 ? [`  … and ${hidden} more: --json shows all of them`] : [])]
}

function claimLines({ claims }: StorageReport, { paint, columns }: Terminal): string[] {
  const rows = claims.slice(0, mostRows).map((claim): (string | Cell)[] => {
    const { icon, colour } = faceOf(claim.status)
    return [
      { text: `${icon} ${claim.phase}`, paint: paint[colour] },
      { text: `${claim.namespace}/${claim.name}`, paint: paint.bold },
      claim.size,
      useCell(claim, paint),
      claim.storageClass ?? '(default)',
      claim.usedBy.map(({ kind, name }) => `${kind} ${name}`).join(', '),
    ]
  })
  const headings = [
    { heading: 'PHASE' },
    { heading: 'CLAIM', isFlexible: true },
    { heading: 'SIZE', align: 'right' as const },
    { heading: 'FULL', align: 'right' as const },
    { heading: 'CLASS', isFlexible: true },
    { heading: 'USED BY', isFlexible: true },
  ]
  return tableLines(headings, rows, columns, '  ')
}

function useCell({ use, phase }: Claim, paint: Terminal['paint']): Cell {
  if (use === null) return { text: phase === 'Bound' ? '?' : '' }
  const face = faceOf(use.ratio >= nearlyFull ? 'warning' : 'ok')
  return { text: `${Math.floor(use.ratio * 100)} %`, paint: paint[face.colour] }
}

function volumeLines({ volumes }: StorageReport, { paint, columns }: Terminal): string[] {
  const rows = volumes.slice(0, mostRows).map((volume): (string | Cell)[] => {
    const { icon, colour } = faceOf(volume.status)
    return [
      { text: `${icon} ${volume.phase}`, paint: paint[colour] },
      { text: volume.name, paint: paint.bold },
      volume.size,
      volume.storageClass,
      volume.reclaimPolicy,
      volume.claim === null ? '' : `${volume.claim.namespace}/${volume.claim.name}`,
    ]
  })
  const headings = [
    { heading: 'PHASE' },
    { heading: 'VOLUME', isFlexible: true },
    { heading: 'SIZE', align: 'right' as const },
    { heading: 'CLASS', isFlexible: true },
    { heading: 'RECLAIM' },
    { heading: 'CLAIM', isFlexible: true },
  ]
  return tableLines(headings, rows, columns, '  ')
}

function classLines({ classes }: StorageReport, columns: number): string[] {
  const rows = classes
    .slice(0, mostRows)
    .map((each) => [
      each.isDefault ? `${each.name} (default)` : each.name,
      each.provisioner,
      each.bindingMode === 'Immediate' ? 'at once' : 'with its first pod',
      each.isExpandable ? 'yes' : 'no',
    ])
  const headings = [
    { heading: 'CLASS', isFlexible: true },
    { heading: 'PROVISIONER', isFlexible: true },
    { heading: 'BINDS' },
    { heading: 'GROWS' },
  ]
  return tableLines(headings, rows, columns, '  ')
}

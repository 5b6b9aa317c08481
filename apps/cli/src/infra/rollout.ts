import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import { tableLines } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { faceOf } from './faces.ts'
import { workloadNamed } from './workload-named.ts'

export interface RolloutOptions {
  readonly cluster?: string
  readonly namespace: string
  readonly json?: true
}

interface FieldChange {
  readonly path: string
  readonly before: string | null
  readonly after: string | null
}

interface Rollout {
  readonly workload: { readonly kind: string; readonly namespace: string; readonly name: string }
  readonly state: 'complete' | 'progressing' | 'stuck' | 'paused' | 'scaled_down'
  readonly says: string
  readonly wanted: number
  readonly updated: number
  readonly available: number
  readonly revisions: readonly {
    readonly revision: number
    readonly createdAt: string | null
    readonly images: readonly string[]
    readonly ready: number
    readonly isCurrent: boolean
    readonly changes: readonly FieldChange[]
  }[]
  readonly why: readonly string[]
  readonly managers: readonly { readonly says: string }[]
  readonly rollback: {
    readonly title: string
    readonly command: string | null
    readonly toRevision: number
    readonly warnings: readonly string[]
  } | null
}

const faces = {
  complete: 'healthy',
  progressing: 'warning',
  stuck: 'critical',
  paused: 'unknown',
  scaled_down: 'unknown',
} as const
const codes = {
  complete: exitCodes.ok,
  progressing: exitCodes.degraded,
  stuck: exitCodes.outage,
  paused: exitCodes.ok,
  scaled_down: exitCodes.ok,
} as const

async function read(
  { env, dataDir }: Session,
  workload: string,
  { cluster, namespace }: RolloutOptions,
): Promise<Rollout> {
  const { kind, name, namespace: within } = workloadNamed(workload, namespace, 'Reading the rollout')
  const api = await openApi(env, dataDir)
  const path = `/api/v1/infra/rollouts/${within}/${kind}/${name}`
  return api.call<Rollout>({ path, query: { cluster }, trying: 'Reading the rollout' })
}

/** Tells how far a rollout is, why it stands still, and which rollback would help. */
export async function rolloutStatus(session: Session, workload: string, options: RolloutOptions): Promise<number> {
  const { terminal } = session
  const rollout = await read(session, workload, options)
  if (options.json) terminal.print(JSON.stringify(rollout, null, 2))
  else for (const line of statusLines(rollout, terminal)) terminal.print(line)
  return codes[rollout.state]
}

/** Tells what each kept revision changed against the one before. */
export async function rolloutDiff(session: Session, workload: string, options: RolloutOptions): Promise<number> {
  const { terminal } = session
  const rollout = await read(session, workload, options)
  if (options.json) terminal.print(JSON.stringify(rollout.revisions, null, 2))
  else for (const line of diffLines(rollout, terminal)) terminal.print(line)
  return exitCodes.ok
}

function statusLines(
  { workload, state, says, updated, wanted, available, revisions, why, managers, rollback }: Rollout,
  { paint, columns }: Terminal,
): string[] {
  const { icon, colour } = faceOf(faces[state])
  const rows = revisions.map((each) => [
    `${each.isCurrent ? '*' : ' '} ${each.revision}`,
    each.createdAt?.slice(0, 16).replace('T', ' ') ?? '?',
    String(each.ready),
    each.images.join(', '),
  ])
  return [
    ...paragraphLines(
      `${icon} ${workload.kind} ${workload.namespace}/${workload.name} is ${state.replace('_', ' ')}: ${says}`,
      columns,
    ).map((line) => paint[colour](paint.bold(line))),
    `  ${updated} of ${wanted} pods are of the newest revision, ${available} available`,
    ...why.flatMap((each) => paragraphLines(`- ${each}`, columns, '  ')),
    ...(rows.length === 0
      ? []
      : [
          '',
          ...tableLines(
            [
              { heading: 'REVISION' },
              { heading: 'SINCE (UTC)' },
              { heading: 'READY', align: 'right' },
              { heading: 'IMAGES', isFlexible: true },
            ],
            rows,
            columns,
          ),
        ]),
    ...(managers.length === 0 ? [] : ['', paint.bold('Managed by')]),
    ...managers.flatMap((each) => paragraphLines(each.says, columns, '  ')),
    ...(rollback === null ? [] : ['', paint.bold('What would help'), ...paragraphLines(rollback.title, columns, '  ')]),
    ...(rollback?.command ? [paint.bold(`    ${rollback.command}`)] : []),
    ...(rollback?.warnings ?? []).flatMap((each) => paragraphLines(`▲ ${each}`, columns, '  ').map(paint.orange)),
  ]
}

function diffLines({ revisions }: Rollout, { paint, columns }: Terminal): string[] {
  if (revisions.length < 2) return ['Only one revision is kept: there is nothing to compare.']
  return revisions
    .slice(0, -1)
    .flatMap(({ revision, changes }) => [
      paint.bold(`Revision ${revision}`),
      ...(changes.length === 0
        ? ['  the same template']
        : changes.flatMap(({ path, before, after }) => [
            `  ${path}`,
            ...(before === null ? [] : paragraphLines(`- ${before}`, columns, '    ').map(paint.red)),
            ...(after === null ? [] : paragraphLines(`+ ${after}`, columns, '    ').map(paint.green)),
          ])),
    ])
}

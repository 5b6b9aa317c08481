import { openApi } from '../api/api.ts'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import { faceOf } from './faces.ts'
import type { ObjectReference } from './infra.ts'

export interface ReachOptions {
  readonly cluster?: string
  readonly namespace: string
  readonly protocol: string
  readonly json?: true
}

interface Reachability {
  readonly verdict: 'allowed' | 'denied' | 'partly' | 'no_route' | 'unknown'
  readonly says: string
  readonly steps: readonly {
    readonly object: ObjectReference
    readonly says: string
    readonly isAllowed: boolean | null
  }[]
}

const verdicts: Readonly<
  Record<Reachability['verdict'], { readonly says: string; readonly face: string; readonly code: number }>
> = {
  allowed: { says: 'Yes', face: 'healthy', code: exitCodes.ok },
  denied: { says: 'No, a policy denies it', face: 'critical', code: exitCodes.outage },
  partly: { says: 'In part', face: 'warning', code: exitCodes.degraded },
  no_route: { says: 'No, there is nothing to reach', face: 'critical', code: exitCodes.outage },
  unknown: { says: 'It cannot be told', face: 'unknown', code: exitCodes.unknown },
}
const trying = 'Asking who reaches whom'

/** Tells whether one end reaches the other by the network policies, with the rule that decides. */
export async function reach(
  { terminal, env, dataDir }: Session,
  from: string,
  to: string,
  options: ReachOptions,
): Promise<number> {
  const { paint, columns } = terminal
  const target = /^(.+):(\d{1,5})$/.exec(to)
  if (!target) throw new CliError(trying, `"${to}" names no port`, { next: ['akashic reach web db:5432 -n shop'] })
  const query = {
    ...(options.cluster !== undefined && { cluster: options.cluster }),
    ...{ from: endOf(from, 'Deployment', options.namespace), to: targetOf(target[1]!, options.namespace) },
    ...{ port: Number(target[2]), protocol: options.protocol.toUpperCase() },
  }
  const api = await openApi(env, dataDir)
  const answer = await api.call<Reachability>({ path: '/api/v1/infra/network/reachability', query, trying })
  const { says, face, code } = verdicts[answer.verdict]
  if (options.json) {
    terminal.print(JSON.stringify(answer, null, 2))
    return code
  }
  const { icon, colour } = faceOf(face)
  for (const line of paragraphLines(`${icon} ${says}: ${answer.says}.`, columns))
    terminal.print(paint[colour](paint.bold(line)))
  for (const step of answer.steps) {
    const mark = faceOf(step.isAllowed === null ? 'unknown' : step.isAllowed ? 'healthy' : 'critical')
    for (const line of paragraphLines(`${mark.icon} ${step.says}`, columns, '  '))
      terminal.print(paint[mark.colour](line))
  }
  terminal.print(paint.dim("This is what the policies say; it holds where the cluster's network enforces them."))
  return code
}

const kinds: Readonly<Record<string, string>> = {
  ...{
    deployment: 'Deployment',
    deploy: 'Deployment',
    statefulset: 'StatefulSet',
    sts: 'StatefulSet',
    daemonset: 'DaemonSet',
  },
  ...{ ds: 'DaemonSet', job: 'Job', pod: 'Pod', service: 'Service', svc: 'Service' },
}

/** The same, or `internet`; a Service of that name is `service/internet`. */
const targetOf = (text: string, namespace: string): string =>
  text === 'internet' ? text : endOf(text, 'Service', namespace)

/** `web`, `pod/web-1`, `shop/service/db`, `10.0.0.1`. */
function endOf(text: string, usualKind: string, usualNamespace: string): string {
  if (/^\d+(\.\d+){3}$|^[0-9a-f:]*:[0-9a-f:]+$/i.test(text)) return `ip/${text}`
  const parts = text.split('/')
  const [name = '', kind, namespace = usualNamespace] = parts.toReversed()
  const known = kind === undefined ? usualKind : kinds[kind.toLowerCase()]
  if (known === undefined || parts.length > 3)
    throw new CliError(trying, `"${text}" names neither a pod, a workload, a Service nor an address`)
  return `${known}/${namespace}/${name}`
}

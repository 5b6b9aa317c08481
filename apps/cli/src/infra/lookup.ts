import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { faceOf } from './faces.ts'

export interface LookupOptions {
  readonly cluster?: string
  readonly namespace: string
  readonly json?: true
}

type Verdict = 'resolves' | 'empty' | 'not_found' | 'failing' | 'unknown'

interface NameLookup {
  readonly verdict: Verdict
  readonly says: string
  readonly tried: readonly { readonly name: string; readonly state: string; readonly says: string }[]
  readonly servers: {
    readonly status: 'healthy' | 'degraded' | 'down' | 'unknown'
    readonly says: string
    readonly errors: readonly { readonly pod: string; readonly line: string }[]
    readonly unread: readonly string[]
  }
  readonly observed: { readonly status: Verdict; readonly says: string }
}

const verdicts: Readonly<Record<Verdict, { readonly says: string; readonly face: string; readonly code: number }>> = {
  resolves: { says: 'It resolves', face: 'healthy', code: exitCodes.ok },
  empty: { says: 'It has no address', face: 'critical', code: exitCodes.outage },
  not_found: { says: 'There is no such name', face: 'critical', code: exitCodes.outage },
  failing: { says: 'It does not resolve', face: 'critical', code: exitCodes.outage },
  unknown: { says: 'It cannot be told', face: 'unknown', code: exitCodes.unknown },
}
const faceOfState: Readonly<Record<string, string>> = { found: 'healthy', absent: 'info', empty: 'critical' }
const faceOfServers = { healthy: 'healthy', degraded: 'warning', down: 'critical', unknown: 'unknown' } as const

/** Tells what a name leads to for a pod of a namespace, and how the name service is. */
export async function lookup(
  { terminal, env, dataDir }: Session,
  name: string,
  options: LookupOptions,
): Promise<number> {
  const { cluster, namespace } = options
  const api = await openApi(env, dataDir)
  const answer = await api.call<NameLookup>({
    path: '/api/v1/infra/network/lookup',
    query: { cluster, name, namespace },
    trying: `Looking up ${name}`,
  })
  if (options.json) terminal.print(JSON.stringify(answer, null, 2))
  else for (const line of answerLines(answer, terminal)) terminal.print(line)
  const { code } = verdicts[answer.verdict]
  return code === exitCodes.ok && answer.servers.status === 'degraded' ? exitCodes.degraded : code
}

function answerLines({ verdict, says, tried, servers, observed }: NameLookup, { paint, columns }: Terminal): string[] {
  const line = (face: string, text: string): string[] => {
    const { icon, colour } = faceOf(face)
    return paragraphLines(`${icon} ${text}`, columns, '  ').map((each) => paint[colour](each))
  }
  const { icon, colour } = faceOf(verdicts[verdict].face)
  const { status } = observed
  return [
    ...paragraphLines(`${icon} ${verdicts[verdict].says}: ${says}.`, columns).map((each) =>
      paint[colour](paint.bold(each)),
    ),
    '',
    'Tried in this order, by the objects of the cluster:',
    ...tried.flatMap((each) =>
      line(faceOfState[each.state] ?? 'unknown', `${each.name.replace(/\.$/, '')}: ${each.says}`),
    ),
    'The name service:',
    ...line(faceOfServers[servers.status], servers.says),
    ...servers.errors.flatMap(({ pod, line: said }) => line('warning', `${pod}: ${said}`)),
    ...servers.unread.flatMap((pod) => line('unknown', `the log of ${pod} could not be read`)),
    'Asked from here:',
    ...line(verdicts[status].face, observed.says),
  ]
}

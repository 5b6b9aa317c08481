import type { Container, Pod, Reference } from '@akashic/kubernetes'
import { topOwner } from '../../analyse/owner.ts'
import { logQuote } from '../../analyse/quote.ts'
import type { GroupedFinding } from '../../finding/group-findings.ts'
import { ofCredential, type CredentialSource as Source } from '../../remedy/credential.ts'
import type { OpenCase } from '../case.ts'
import { onsetOf } from '../onset.ts'
import { windowMs } from './changed.ts'
import type { LinkRule } from './link.ts'

/** Variables that carry what one logs in with. */
const credential =
  /PASS|PWD|SECRET|TOKEN|CREDENTIAL|AUTH|API_?KEY|DATABASE_URL|DB_URL|DSN|CONN|POSTGRES|PGPASS|MYSQL|REDIS|MONGO|AMQP/i

/** A server refuses the user or password: the Secret, ConfigMap or template that tells them must be changed. */
export const credentials: LinkRule = function* (open, finding) {
  const refusal = open.factsOf(finding).find(({ fact }) => fact.kind === 'auth_failed')
  if (!refusal) return
  const { pod, fact } = refusal
  const container = pod.spec.containers.find(({ name }) => name === fact.container)
  if (!container) return
  const sources = sourcesOf(open, pod, container)
  const changed = sources.filter(({ object }) => wasChanged(open, object, finding))
  const chosen = changed.length > 0 ? changed : sources
  for (const source of chosen) {
    const { object, names } = source
    const { evidence = [], remedies = [] } = ofCredential(open.view, pod, container, source)
    yield {
      rule: 'credentials',
      says: `its log says "${fact.line.slice(0, 160)}"`,
      to: {
        object,
        because: `it gives container ${container.name} its ${names.join(', ')}, with which the server refuses it${fact.name === null ? '' : ` as user ${fact.name}`}`,
        strength: chosen.length === 1 ? 'direct' : 'inferred',
        evidence: [...evidence, logQuote(pod, fact.container, fact.line)],
        corroboration: changed.length > 0 ? ['it was changed shortly before'] : [],
        remedies,
      },
    }
  }
}

/** Who tells a container its credentials: what is named for them first, else every Secret that it takes whole. */
function sourcesOf({ view }: OpenCase, pod: Pod, { env, envFrom }: Container): readonly Source[] {
  const named = env
    .filter(({ name, from }) => credential.test(name) || (from?.kind === 'Secret' && credential.test(from.key ?? '')))
    .map(({ name, from }) => ({
      object: from ? { kind: from.kind, namespace: pod.namespace, name: from.name } : topOwner(view, pod),
      ...{ names: [name], keys: from?.key ? [from.key] : [] },
    }))
  const whole = envFrom
    .filter(({ kind }) => kind === 'Secret')
    .map(({ kind, name }) => ({
      object: { kind, namespace: pod.namespace, name },
      ...{ names: ['environment'], keys: [] },
    }))
  return merged(
    named.length > 0 && !isOnlyLiteral(named)
      ? named.filter(({ object }) => isConfiguration(object))
      : [...named, ...whole],
  )
}

const isConfiguration = ({ kind }: Reference): boolean => kind === 'Secret' || kind === 'ConfigMap'
const isOnlyLiteral = (sources: readonly Source[]): boolean => sources.every(({ object }) => !isConfiguration(object))

function merged(sources: readonly Source[]): readonly Source[] {
  const byObject = Map.groupBy(sources, ({ object }) => JSON.stringify(object))
  return [...byObject.values()].map((same) => ({
    object: same[0]!.object,
    names: same.flatMap(({ names }) => names),
    keys: same.flatMap(({ keys }) => keys),
  }))
}

function wasChanged(open: OpenCase, object: Reference, finding: GroupedFinding): boolean {
  const onset = onsetOf(open, finding) ?? open.now
  return open
    .changesOf(object)
    .some(({ at, kind }) => kind !== 'created' && at <= onset + 5_000 && at > onset - windowMs)
}

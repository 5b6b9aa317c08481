import type { ClusterView, Container, Pod, Reference } from '@akashic/kubernetes'
import { topOwner } from '../analyse/owner.ts'
import { containerQuote, keyQuote, variableQuote } from '../analyse/template-quote.ts'
import type { Blame } from '../finding/finding.ts'
import { putBack } from './configuration.ts'
import { changeByHand, restart } from './template.ts'

/** Who tells a container what it logs in with. */
export interface CredentialSource {
  readonly object: Reference
  /** Of the variables that it tells. */
  readonly names: readonly string[]
  /** Under which it has them; none where it is taken whole, or is the template itself. */
  readonly keys: readonly string[]
}

/** What tells a credential that is refused, and how to tell another. */
export function ofCredential(
  view: ClusterView,
  pod: Pod,
  { name }: Container,
  { object, names, keys }: CredentialSource,
): Pick<Blame, 'evidence' | 'remedies'> {
  const owner = topOwner(view, pod)
  if (object.kind !== 'Secret' && object.kind !== 'ConfigMap') {
    return {
      evidence: names.flatMap((variable) => variableQuote(view, owner, name, variable)),
      remedies: changeByHand(
        view,
        owner,
        `Take ${names.join(', ')} from a Secret that holds what the server accepts`,
        'what it logs in with',
      ),
    }
  }
  const own = keys.flatMap((key) => keyQuote(view, object, key))
  const field = object.kind === 'Secret' ? 'secretKeyRef' : 'configMapKeyRef'
  const named = keys.length === 0 ? [] : names
  const list = object.kind === 'Secret' ? 'envFrom[].secretRef.name' : 'envFrom[].configMapRef.name'
  const whole =
    keys.length > 0 ? [] : containerQuote(view, owner, name, list, ({ envFrom }) => takenWhole(envFrom, object))
  return {
    evidence: [
      ...own,
      ...whole,
      ...named.flatMap((variable) =>
        containerQuote(view, owner, name, `env[${variable}].valueFrom.${field}.name`, () => object.name),
      ),
    ],
    remedies: [...putBack(view, object, keys), ...restart(owner)],
  }
}

/** As a list of sources tells those of one kind. */
const takenWhole = (sources: Container['envFrom'], { kind }: Reference): string =>
  sources
    .filter((each) => each.kind === kind)
    .map(({ name }) => name)
    .join(', ')

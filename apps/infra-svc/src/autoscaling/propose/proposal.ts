import { referenceTo, type ClusterView, type Reference } from '@akashic/kubernetes'
import { stringify } from 'yaml'
import { hideCredentials } from '../../redaction/hide-credentials.ts'
import { managersOf, type Managed } from '../../rollout/managers.ts'

/** A manifest that would put something right. Nothing here applies it. */
export interface Proposal {
  /** Unique in the report, and fit for the name of a file. */
  readonly name: string
  readonly kind: 'resources' | 'hpa' | 'vpa'
  readonly object: Reference
  readonly title: string
  /** What it changes, one a line: before -> after. */
  readonly changes: readonly string[]
  readonly arithmetic: readonly string[]
  /** What to know before it is applied. */
  readonly warnings: readonly string[]
  /** Who keeps the object: then the change belongs there, and is not to be applied by hand. */
  readonly managedBy: readonly string[]
  /** YAML, to be applied by the server, which leaves all else as it is. */
  readonly manifest: string
  /** Asks the API server whether it would take it; changes nothing. */
  readonly dryRun: string
  /** Null where somebody manages the object. */
  readonly apply: string | null
  /** Takes it back. */
  readonly undo: string
  /** Name of the proposal instead of which it is: one of the two is to be applied. Null where it goes with all others. */
  readonly insteadOf: string | null
}

type Drafted = Pick<Proposal, 'kind' | 'title' | 'changes' | 'arithmetic' | 'warnings' | 'undo' | 'insteadOf'> & {
  readonly object: Reference
  readonly manifest: object
  /** What somebody may manage: the object itself, or what it is for where it is new. */
  readonly owned: Managed
}

/** Server-side: only the fields of the manifest are set, and what others set of them is taken over. */
const command = 'kubectl apply --server-side --force-conflicts --field-manager=akashic-proposal'

export function proposalOf(view: ClusterView, { object, manifest, owned, ...rest }: Drafted): Proposal {
  const { kind, namespace, name } = object
  const managers = managersOf(view, owned).filter((each) => each.kind !== 'hpa')
  const id = `${namespace}-${kind.toLowerCase()}-${name}-${rest.kind}`
  return {
    ...rest,
    object: referenceTo(object),
    name: id,
    warnings: rest.warnings.map(hideCredentials),
    managedBy: managers.map(({ says }) => says),
    // kubectl reads YAML 1.1, where a bare Off is a boolean.
    manifest: stringify(manifest, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false }),
    dryRun: `${command} --dry-run=server -f ${id}.yaml`,
    apply: managers.length > 0 ? null : `${command} -f ${id}.yaml`,
  }
}

/** JSON as one word of a shell. */
export const shellJson = (value: unknown): string => `'${JSON.stringify(value).replaceAll("'", String.raw`'\''`)}'`

export const inFront = ({ namespace, kind, name }: Reference): string => `-n ${namespace} ${kind.toLowerCase()}/${name}`

import { kinds, type ClusterView, type Reference } from '@akashic/kubernetes'
import { OpsError } from '@akashic/shared/errors'
import { createDiagnosis, getDiagnosis, type CreateDiagnosisDeps } from './create-diagnosis.ts'
import { assertNamespaceThere, assertSeen } from '../cluster/assert-seen.ts'
import type { KnownComponent } from '../component/known-components.ts'
import { componentScope, type ClusterScope } from './component-scopes.ts'
import type { KeptDiagnosis } from './store.ts'

/** What a caller wants explained, in words of which only those of its scope count. */
export interface AskedDiagnosis {
  readonly cluster: string
  readonly scope: string
  readonly namespace: string
  readonly workload: Reference
  readonly component: string
  /** ms since 1970; 0 for all that is known. */
  readonly sinceMs: number
}

const pollMs = 50
const longestWaitMs = 60_000
const namePattern = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/

/** Begins the diagnosis that is asked for. @returns its id.
 *  @throws OpsError invalid_argument, not_found for a workload or component that there is not. */
export async function askedFor(deps: CreateDiagnosisDeps, asked: AskedDiagnosis, requestedBy: string): Promise<string> {
  const since = sinceOf(asked, deps.clock.now())
  const { cluster, scope } = scopeOf(deps, asked, asked.scope === 'component' ? await deps.components() : [])
  const created = await createDiagnosis(deps, { cluster, scope, ...since, incidentId: null, requestedBy })
  return created!.id
}

function sinceOf({ sinceMs }: AskedDiagnosis, nowMs: number): { readonly since?: number } {
  if (sinceMs === 0) return {}
  if (sinceMs < 0) throw new OpsError('invalid_argument', 'since must not be before 1970.')
  if (sinceMs > nowMs) throw new OpsError('invalid_argument', 'since must not be in the future.')
  return { since: sinceMs }
}

function scopeOf(
  deps: CreateDiagnosisDeps,
  { cluster, scope, namespace, workload, component }: AskedDiagnosis,
  components: readonly KnownComponent[],
): ClusterScope {
  switch (scope) {
    case '':
    case 'cluster':
      return { cluster, scope: { kind: 'cluster' } }
    case 'namespace':
      assertName('namespace', namespace)
      assertNamespaceThere(deps.clusters.named(cluster).model, namespace)
      return { cluster, scope: { kind: 'namespace', namespace } }
    case 'component':
      return componentScope(components, component)
    case 'workload': {
      assertName('workload.name', workload.name)
      assertName('workload.namespace', workload.namespace)
      const view = deps.clusters.named(cluster).model
      if (view.find(workload)) return { cluster, scope: { kind: 'workload', workload } }
      assertSeen(
        view,
        kinds.filter((kind) => kind === workload.kind),
        deps.clock.now(),
      )
      throw new OpsError(
        'not_found',
        `There is no ${workload.kind} ${workload.namespace}/${workload.name}.${elsewhere(view, workload)}`,
      )
    }
    default:
      throw new OpsError('invalid_argument', 'scope must be cluster, namespace, workload or component.')
  }
}

/** Where there is one of that name, when the namespace was forgotten. */
function elsewhere(view: ClusterView, { kind, name }: Reference): string {
  const [known] = kinds.filter((each) => each === kind)
  const namespaces = known
    ? [...view.all(known)].filter((one) => one.name === name).map(({ namespace }) => namespace)
    : []
  return namespaces.length === 0 ? '' : ` There is one in ${namespaces.slice(0, 3).join(', ')}.`
}

/** By Kubernetes' own rules. @throws OpsError invalid_argument. */
function assertName(field: string, name: string): void {
  if (namePattern.test(name)) return
  throw new OpsError(
    'invalid_argument',
    `${field} must be a Kubernetes name: lower-case letters, digits, dashes and dots.`,
  )
}

/** The diagnosis once it is finished, or as it is when the wait is over. @throws OpsError not_found. */
export async function waitFor({ db, clock }: CreateDiagnosisDeps, id: string, waitMs: number): Promise<KeptDiagnosis> {
  const until = clock.now() + Math.min(Math.max(0, waitMs), longestWaitMs)
  for (;;) {
    const kept = await getDiagnosis(db, id)
    if (kept.state !== 'running' || clock.now() >= until) return kept
    await new Promise<void>((resolve) => void clock.after(pollMs, resolve))
  }
}

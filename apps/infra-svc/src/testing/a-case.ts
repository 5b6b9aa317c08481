import type { Kind, Reference } from '@akashic/kubernetes'
import { analyse } from '../analyse/analyse.ts'
import type { Case } from '../cause/case.ts'
import type { Change } from '../change/change.ts'
import { findingId } from '../finding/finding-id.ts'
import type { GroupedFinding } from '../finding/group-findings.ts'
import type { LogTail } from '../log/log-lines.ts'
import { aView, now } from './a-look.ts'

/** A Deployment of the namespace in which hand-built cases play. */
export const aWorkload = (name: string): Reference => ({ kind: 'Deployment', namespace: 'shop', name })

/** Something critical that suffers since ten minutes, says nothing of why, and blames nobody. */
export function aFinding(changed: Partial<GroupedFinding> & Pick<GroupedFinding, 'object'>): GroupedFinding {
  const { rule = 'pod-not-ready', object, part = '' } = changed
  return {
    ...{ id: findingId('test', rule, object, part), cluster: 'test', rule, part, severity: 'critical', uid: '' },
    ...{ reason: 'NotReady', summary: `${object.name} is not well.`, evidence: [], remedies: [], blames: [] },
    ...{ involves: [], since: now - 600_000, affected: [object], affectedCount: 1, ...changed },
  }
}

/** Somebody changed an object, eleven minutes ago unless it is said. */
export function aChange(object: Reference, changed: Partial<Change> = {}): Change {
  return {
    ...{ id: `change of ${object.name}`, cluster: 'test', at: now - 660_000, kind: 'configuration', object, by: '' },
    ...{ summary: `${object.kind} ${object.name} was changed.`, fields: [], ...changed },
  }
}

export interface CaseOptions extends Partial<Pick<Case, 'changes' | 'dependencies' | 'findings'>> {
  readonly manifests?: string
  /** By the name of a pod. */
  readonly logs?: Readonly<Record<string, readonly LogTail[]>>
  /** Kinds that could not be read. */
  readonly unread?: readonly Kind[]
}

/** A case of what the manifests hold, with what is found in them unless the findings are given. */
export function aCase({ manifests = '', logs = {}, unread = [], ...given }: CaseOptions): Case {
  const view = aView(manifests)
  for (const kind of unread) view.setFreshness(kind, { state: 'unknown', reason: 'forbidden', missingPermission: null })
  const look = { view, now, logs: (uid: string) => logs[uid.replace(/^Pod-/, '')] ?? [] }
  const { findings = analyse(look), changes = [], dependencies = () => [] } = given
  return { ...look, findings, changes, dependencies, runbooks: [] }
}

import type { Transaction } from '@akashic/shared/postgres'
import { gatherGroup, reopenGroup } from './gather-group.ts'
import { mergeIncidents } from './merge-incidents.ts'
import { openGroup } from './open-group.ts'
import type { Step } from './plan.ts'
import type { PolicyDeps } from './policy-deps.ts'

/** Does one step of a plan. */
export function carryOut(deps: PolicyDeps, tx: Transaction, step: Step): Promise<void> {
  switch (step.kind) {
    case 'open':
      return openGroup(deps, tx, step.group)
    case 'reopen':
      return reopenGroup(deps, tx, step)
    case 'gather':
      return gatherGroup(deps, tx, step)
    case 'merge':
      return mergeIncidents(deps, tx, step)
  }
}

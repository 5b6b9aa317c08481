import type { ClusterView, Reference } from '@akashic/kubernetes'
import type { Remedy } from '../finding/finding.ts'
import { managersOf, type Manager } from '../rollout/managers.ts'

/** Who keeps an object as something else says, so that a change by hand is taken back, fought or forgotten: Argo CD, Flux,
 *  an operator or Helm. undefined where nobody does, or the object is not known. */
export function keeperOf(view: ClusterView, object: Reference): Manager | undefined {
  const found = view.find(object)
  return found && managersOf(view, found).find(({ kind }) => kind !== 'hpa')
}

const places: Readonly<Record<Manager['kind'], (name: string) => string>> = {
  argocd: (name) => `in Git, where Argo CD application ${name} reads it`,
  flux: (name) => `in Git, where Flux object ${name} reads it`,
  operator: (name) => `in ${name}`,
  helm: (name) => `in the chart or the values of Helm release ${name}`,
  hpa: (name) => `in HorizontalPodAutoscaler ${name}`,
}

/** A change of an object, made where its keeper reads what it is to be. */
export const throughKeeper = ({ kind, name, says }: Manager, title: string, changes: string): Remedy => ({
  title: `${title}, ${places[kind](name)}`,
  command: null,
  changes: `${changes}. ${says}`,
  undo: 'take the change back there',
  isDestructive: false,
})

/** Back to what an object was, by whoever keeps it. Names of releases are no more than names. */
export const backThroughKeeper = (keeper: Manager, changes: string): Remedy =>
  keeper.kind === 'helm'
    ? {
        title: `Roll back Helm release ${keeper.name} to the revision before`,
        command: `helm rollback ${keeper.name} -n ${keeper.namespace}`,
        changes: `every object of the release; ${changes}`,
        undo: `helm rollback ${keeper.name} -n ${keeper.namespace}`,
        isDestructive: false,
      }
    : throughKeeper(keeper, 'Go back to what was there before', changes)

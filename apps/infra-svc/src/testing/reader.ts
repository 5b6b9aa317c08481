import { readFile } from 'node:fs/promises'
import { kinds, type ClusterModel } from '@akashic/kubernetes'
import { systemClock } from '@akashic/shared/clock'
import { eventually, type KubernetesCluster } from '@akashic/testbed'
import { pino } from 'pino'
import type { Diagnosis, Scope } from '../cause/diagnosis.ts'
import type { Change } from '../change/change.ts'
import { changesFromHistory } from '../change/history.ts'
import { joinChanges } from '../change/join-changes.ts'
import { createClusters } from '../cluster/clusters.ts'
import { diagnose } from '../diagnosis/diagnose.ts'

const lookBackMs = 24 * 3_600_000

/** The tiers of rights that deploy/kubernetes offers. */
export type Tier = 'observe' | 'secrets'

/** Somebody who follows a cluster with the rights of a tier and no more, and can be asked why. */
export interface Reader {
  readonly model: ClusterModel
  diagnose(scope: Scope): Promise<Diagnosis>
  stop(): Promise<void>
}

export interface ReaderOptions {
  readonly tier: Tier
  /** Whether it may ask kubelets how full disks and claims are. */
  readonly asksKubelets: boolean
  /** Where Secrets may be read in tier `secrets`. */
  readonly secretNamespaces: readonly string[]
  /** Moves what cannot be made to happen at another time on a real control plane. */
  readonly retold: (change: Change) => Change
}

type RoleName = Tier | 'kubelet-stats'

const roleFile = (role: RoleName): Promise<string> =>
  readFile(new URL(`../../../../deploy/kubernetes/${role}.yaml`, import.meta.url), 'utf8')

/** Follows a cluster as a service account that is bound to the ClusterRoles of deploy/kubernetes.
 *  @throws Error after 20 s, with the kinds that the tier does not let it read. */
export async function startReader(
  cluster: KubernetesCluster,
  { tier, asksKubelets, secretNamespaces, retold }: ReaderOptions,
): Promise<Reader> {
  const namespaces = tier === 'secrets' ? secretNamespaces : []
  const kubeconfig = await accountOf(cluster, { tier, asksKubelets, secretNamespaces: namespaces })
  const log = pino({ level: 'silent' })
  const seen: Change[] = []
  const onChange = (change: Change): void => void seen.push(change)
  const clusters = createClusters({ clock: systemClock, random: Math.random, log, onChange })
  await clusters.apply([{ name: 'main', kubeconfig, inCluster: false, secretNamespaces: [...namespaces] }])
  const { model, client } = clusters.named('main')
  const unread = () =>
    kinds.filter((kind) => (kind !== 'Secret' || tier === 'secrets') && model.freshness(kind).state !== 'fresh')
  await eventually(() => {
    if (unread().length > 0) throw new Error(`${tier} has not read: ${unread().join(', ')}`)
  }, 20_000)
  return {
    model,
    diagnose: (scope) => {
      const now = Date.now()
      const changes = joinChanges(seen, changesFromHistory(model, now - lookBackMs)).map(retold)
      const given = { view: model, client, secretNamespaces: namespaces, now, dependencies: () => [], runbooks: [] }
      return diagnose({ ...given, changes: changes.toSorted((a, b) => a.at - b.at) }, scope)
    },
    stop: () => clusters.stop(),
  }
}

/** Makes the service account of a tier, with its bindings. @returns a kubeconfig for it. */
async function accountOf(
  cluster: KubernetesCluster,
  { tier, asksKubelets, secretNamespaces }: Omit<ReaderOptions, 'retold'>,
): Promise<string> {
  const subjects = `subjects: [{ kind: ServiceAccount, name: ${tier}, namespace: akashic }]`
  const roleRef = (role: RoleName): string =>
    `roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: akashic-${role} }`
  const rbac = 'apiVersion: rbac.authorization.k8s.io/v1'
  const inNamespaces = secretNamespaces.flatMap((namespace) => [
    `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${namespace} }`,
    `${rbac}\nkind: RoleBinding\nmetadata: { name: ${tier}, namespace: ${namespace} }\n${roleRef('secrets')}\n${subjects}`,
  ])
  const everywhere = async (role: RoleName): Promise<readonly string[]> => [
    await roleFile(role),
    `${rbac}\nkind: ClusterRoleBinding\nmetadata: { name: ${tier}-${role} }\n${roleRef(role)}\n${subjects}`,
  ]
  const manifests = [
    'apiVersion: v1\nkind: Namespace\nmetadata: { name: akashic }',
    `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: ${tier}, namespace: akashic }`,
    ...(await everywhere('observe')),
    ...(asksKubelets ? await everywhere('kubelet-stats') : []),
    ...(tier === 'secrets' ? [await roleFile('secrets'), ...inNamespaces] : []),
  ]
  await cluster.apply(manifests.join('\n---\n'))
  const token = await cluster.kubectl(['create', 'token', tier, '-n', 'akashic'])
  return cluster.kubeconfigFor(token.trim())
}

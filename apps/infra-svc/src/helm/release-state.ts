/** One revision of a release, as the labels of its Secret tell. */
export interface RevisionState {
  readonly revision: number
  /** Of Helm, such as `deployed`, `superseded`, `failed`, `pending-upgrade`. */
  readonly status: string
  /** When Helm last wrote it, ms since 1970; null where nothing tells. */
  readonly modifiedAt: number | null
  /** Of what it is kept in. */
  readonly uid: string
}

/** Where Helm keeps releases: in Secrets, unless it is told to use ConfigMaps. */
export type ReleaseStore = 'Secret' | 'ConfigMap'

/** A Helm release as it is last. */
export interface ReleaseState extends RevisionState {
  readonly keptIn: ReleaseStore
  readonly namespace: string
  readonly name: string
  /** All kept revisions, the newest first. */
  readonly history: readonly RevisionState[]
}

/** Helm keeps each revision in a Secret or ConfigMap of this name. */
export const storedName = (name: string, revision: number): string => `sh.helm.release.v1.${name}.v${revision}`

const namePattern = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/

/** What Helm takes for the name of a release. Others are never asked for, nor written into a command. */
export const isReleaseName = (name: string): boolean => name.length <= 53 && namePattern.test(name)

/** What Kubernetes takes for the name of a namespace. */
export const isNamespaceName = (name: string): boolean =>
  name.length <= 63 && !name.includes('.') && namePattern.test(name)

/** True while an operation of Helm runs, and after one that was killed. */
export const isPending = (status: string): boolean => status.startsWith('pending-')

/** The revision that Helm last deployed whole; undefined where none ever was. */
export const lastDeployed = ({ history }: ReleaseState): number | undefined =>
  (history.find(({ status }) => status === 'deployed') ?? history.find(({ status }) => status === 'superseded'))
    ?.revision

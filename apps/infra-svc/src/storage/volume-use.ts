/** How full the file system of a claim is, as the kubelet measured it. */
export interface VolumeUse {
  /** Bytes. */
  readonly capacity: number
  readonly used: number
  /** Files and folders, in all and used; null where the file system does not count them. */
  readonly inodes: { readonly capacity: number; readonly used: number } | null
  /** ms since 1970. */
  readonly at: number | null
}

/** Use by claim; undefined where it was not measured. */
export type VolumeUseLookup = (namespace: string, claim: string) => VolumeUse | undefined

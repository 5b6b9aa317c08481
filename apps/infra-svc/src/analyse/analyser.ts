import type { ClusterView, Kind } from '@akashic/kubernetes'
import type { Finding } from '../finding/finding.ts'
import type { LogLookup } from '../log/log-lines.ts'
import type { VolumeUseLookup } from '../storage/volume-use.ts'

/** All that an analyser may look at. */
export interface Look {
  readonly view: ClusterView
  /** ms since 1970: the time of the view. */
  readonly now: number
  readonly logs: LogLookup
  /** Absent where no kubelet was asked. */
  readonly volumeUse?: VolumeUseLookup
}

/** Finds one kind of trouble. Pure: the same look gives the same findings. */
export interface Analyser {
  /** The documented ids of what it finds. */
  readonly rules: readonly string[]
  /** What must be readable for its silence to mean health. */
  readonly needs: readonly Kind[]
  find(look: Look): Iterable<Finding>
}

/** The end of what a container wrote. */
export interface LogTail {
  readonly container: string
  /** Whether it is of the run before this one. */
  readonly isPrevious: boolean
  readonly lines: readonly string[]
}

/** The logs that were read of a pod; empty where none were. Nothing was read means nothing is known of them. */
export type LogLookup = (podUid: string) => readonly LogTail[]

export const noLogs: LogLookup = () => []

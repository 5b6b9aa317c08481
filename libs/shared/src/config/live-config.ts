/** The configuration as it is now, and word of each reload that was accepted. */
export interface LiveConfig<T> {
  current(): T
  /** Calls `listener` with each new configuration; returns how to stop. */
  onReload(listener: (next: T) => void | Promise<void>): () => void
  /** Why the newest file was refused, while an older one is still running; null when all is well. */
  problem(): string | null
}

/** A configuration that never changes: of a process without a file, and of tests. */
export function fixedConfig<T>(value: T): LiveConfig<T> {
  return { current: () => value, onReload: () => () => {}, problem: () => null }
}

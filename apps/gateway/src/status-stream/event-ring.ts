/** The last events of a stream, so that a reader who was cut off misses none. */
export interface EventRing {
  /** The id of the next event. */
  nextId(): string
  /** The id of the newest event; of the beginning, when there was none yet. */
  lastId(): string
  push(event: Buffer): void
  /** What came after the event `id`, oldest first; null when that cannot be told any more. */
  after(id: string): readonly Buffer[] | null
}

/** @param epoch tells this stream's ids from those of other replicas and of earlier processes.
 *  @param bounds how many events, and how many bytes of them, are kept. */
export function createEventRing(epoch: string, bounds: { events: number; bytes: number }): EventRing {
  const kept: Buffer[] = []
  let bytes = 0
  let newest = 0
  return {
    nextId: () => `${epoch}-${newest + 1}`,
    lastId: () => `${epoch}-${newest}`,
    push(event) {
      newest++
      kept.push(event)
      bytes += event.length
      while (kept.length > bounds.events || bytes > bounds.bytes) bytes -= kept.shift()!.length
    },
    after(id) {
      const digits = id.startsWith(`${epoch}-`) ? id.slice(epoch.length + 1) : ''
      const sequence = /^\d{1,15}$/.test(digits) ? Number(digits) : Infinity
      if (sequence > newest || sequence < newest - kept.length) return null
      return kept.slice(kept.length - (newest - sequence))
    },
  }
}

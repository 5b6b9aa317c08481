/** One thing that is due at a time; `cancel` takes it out. */
export interface DueEntry<T> {
  readonly dueMs: number
  readonly item: T
  isCancelled: boolean
}

/** Things ordered by when they are due: a binary heap, so that 10,000 checks need one timer. */
export class DueQueue<T> {
  readonly #heap: DueEntry<T>[] = []

  /** @throws RangeError when `dueMs` is no time: it would stand before everything else for ever. */
  add(item: T, dueMs: number): DueEntry<T> {
    if (!Number.isFinite(dueMs)) throw new RangeError(`nothing can be due at ${dueMs}`)
    const entry = { dueMs, item, isCancelled: false }
    this.#heap.push(entry)
    this.#rise(this.#heap.length - 1)
    return entry
  }

  /** When the next thing is due; undefined when there is none. */
  nextDueMs(): number | undefined {
    while (this.#heap[0]?.isCancelled) this.#removeFirst()
    return this.#heap[0]?.dueMs
  }

  /** Takes out the next thing that is due by `nowMs`. */
  takeDue(nowMs: number): DueEntry<T> | undefined {
    const dueMs = this.nextDueMs()
    return dueMs !== undefined && dueMs <= nowMs ? this.#removeFirst() : undefined
  }

  #removeFirst(): DueEntry<T> {
    const heap = this.#heap
    const first = heap[0]!
    const last = heap.pop()!
    if (heap.length > 0) {
      heap[0] = last
      this.#sink(0)
    }
    return first
  }

  #rise(index: number): void {
    const heap = this.#heap
    const entry = heap[index]!
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (heap[parent]!.dueMs <= entry.dueMs) break
      heap[index] = heap[parent]!
      index = parent
    }
    heap[index] = entry
  }

  #sink(index: number): void {
    const heap = this.#heap
    const entry = heap[index]!
    for (;;) {
      let child = 2 * index + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && heap[child + 1]!.dueMs < heap[child]!.dueMs) child++
      if (heap[child]!.dueMs >= entry.dueMs) break
      heap[index] = heap[child]!
      index = child
    }
    heap[index] = entry
  }
}

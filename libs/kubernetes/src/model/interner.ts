/** Gives equal values one object, so that the pods of a workload share what their template says.
 *  What nobody holds any more is let go of. */
export class Interner {
  readonly #known = new Map<string, WeakRef<object>>()
  readonly #forgotten = new FinalizationRegistry<string>((key) => {
    if (this.#known.get(key)?.deref() === undefined) this.#known.delete(key)
  })

  one<T extends object>(value: T): T {
    const key = JSON.stringify(value)
    const known = this.#known.get(key)?.deref()
    if (known !== undefined) return known as T
    this.#known.set(key, new WeakRef(value))
    this.#forgotten.register(value, key)
    return value
  }

  get size(): number {
    return this.#known.size
  }
}

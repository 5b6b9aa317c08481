/** Values are kept in µs up to an hour: below 2,048 each apart, above by their first eleven binary digits, so that of none more
 *  than a thousandth is lost. The layout is that of HdrHistogram with three significant digits. */
const longestUs = 3_600_000_000
const scale = 1_000
const apart = 2_048
const digits = 11
const half = apart / 2
const slots = slotOf(longestUs) + 1

/** Latencies, of which nothing but their last digits is lost. Values in ms. */
export class LatencyHistogram {
  readonly #counts = new Float64Array(slots)
  #highest = -1
  #count = 0
  #sum = 0

  static decode({ counts, sum }: EncodedHistogram): LatencyHistogram {
    const decoded = new LatencyHistogram()
    decoded.#take(counts, sum)
    return decoded
  }

  get count(): number {
    return this.#count
  }

  get averageMs(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count
  }

  record(ms: number): void {
    const slot = slotOf(Math.min(longestUs, Math.max(1, Math.round(ms * scale))))
    this.#counts[slot]!++
    if (slot > this.#highest) this.#highest = slot
    this.#count++
    this.#sum += ms
  }

  /** The highest value that is told apart from none of those at the percentile.
   *  @param percentile 0 to 100. */
  percentileMs(percentile: number): number {
    if (this.#count === 0) return 0
    const exact = (percentile / 100) * this.#count
    // What multiplying rounded up must not count one value more.
    const rank = Math.max(1, Math.ceil(exact * (1 - Number.EPSILON)))
    let slot = 0
    for (let counted = this.#counts[0]!; counted < rank && slot < this.#highest;) counted += this.#counts[++slot]!
    return (percentile === 0 ? lowestOf(slot) : lowestOf(slot + 1) - 1) / scale
  }

  add(other: LatencyHistogram): void {
    this.#take(other.#counts.subarray(0, other.#highest + 1), other.#sum)
  }

  reset(): void {
    this.#counts.fill(0, 0, this.#highest + 1)
    this.#highest = -1
    this.#count = 0
    this.#sum = 0
  }

  encode(): EncodedHistogram {
    return { counts: this.#counts.slice(0, this.#highest + 1), sum: this.#sum }
  }

  #take(counts: Float64Array, sum: number): void {
    for (const [slot, count] of counts.entries()) {
      this.#counts[slot]! += count
      this.#count += count
    }
    this.#highest = Math.max(this.#highest, counts.length - 1)
    this.#sum += sum
  }
}

/** How many values there are in each slot, up to the last that has any. */
export interface EncodedHistogram {
  readonly counts: Float64Array
  /** ms, of all values. */
  readonly sum: number
}

function slotOf(us: number): number {
  const dropped = 32 - digits - Math.clz32(us | (apart - 1))
  return dropped * half + (us >>> dropped)
}

/** The lowest value of a slot, µs. */
function lowestOf(slot: number): number {
  const dropped = Math.max(0, Math.floor(slot / half) - 1)
  return (slot - dropped * half) * 2 ** dropped
}

import * as hdr from 'hdr-histogram-js'

/** Values are kept in µs, with three significant digits, up to an hour. */
const longestUs = 3_600_000_000
const scale = 1_000

/** Latencies, of which nothing but their last digits is lost. Values in ms. */
export class LatencyHistogram {
  readonly #histogram: hdr.Histogram
  #sum = 0

  constructor(histogram?: hdr.Histogram, sum = 0) {
    this.#histogram =
      histogram ??
      hdr.build({
        bitBucketSize: 64,
        lowestDiscernibleValue: 1,
        highestTrackableValue: longestUs,
        numberOfSignificantValueDigits: 3,
        autoResize: false,
      })
    this.#sum = sum
  }

  static decode({ histogram, sum }: EncodedHistogram): LatencyHistogram {
    return new LatencyHistogram(hdr.decodeFromCompressedBase64(histogram, 64), sum)
  }

  get count(): number {
    return this.#histogram.totalCount
  }

  get averageMs(): number {
    return this.count === 0 ? 0 : this.#sum / this.count
  }

  get minMs(): number {
    return this.count === 0 ? 0 : this.#histogram.minNonZeroValue / scale
  }

  get maxMs(): number {
    return this.#histogram.maxValue / scale
  }

  record(ms: number): void {
    this.#sum += ms
    this.#histogram.recordValue(Math.min(longestUs, Math.max(1, Math.round(ms * scale))))
  }

  /** @param percentile 0 to 100. */
  percentileMs(percentile: number): number {
    if (this.count === 0) return 0
    return percentile === 0 ? this.minMs : this.#histogram.getValueAtPercentile(percentile) / scale
  }

  add(other: LatencyHistogram): void {
    this.#histogram.add(other.#histogram)
    this.#sum += other.#sum
  }

  reset(): void {
    this.#histogram.reset()
    this.#sum = 0
  }

  encode(): EncodedHistogram {
    return { histogram: hdr.encodeIntoCompressedBase64(this.#histogram), sum: this.#sum }
  }
}

export interface EncodedHistogram {
  readonly histogram: string
  /** ms, of all values. */
  readonly sum: number
}

import type { Aggregate } from '../threshold/threshold.ts'
import type { Measured } from '../threshold/judge-threshold.ts'
import { LatencyHistogram, type EncodedHistogram } from './histogram.ts'
import { selectionText, type MetricType, type Selection } from './metric.ts'

/** The samples of one selection, in the form in which they can be added to those of other threads. */
export class Series {
  readonly selection: Selection
  readonly type: MetricType
  readonly #histogram: LatencyHistogram | null
  #samples = 0
  /** Of a counter the sum; of a rate how many were true; of a gauge the last value. */
  #value = 0
  #least = Number.POSITIVE_INFINITY
  #most = Number.NEGATIVE_INFINITY

  constructor(selection: Selection, type: MetricType, encoded?: EncodedSeries) {
    this.selection = selection
    this.type = type
    this.#histogram =
      type !== 'trend' ? null : encoded?.histogram ? LatencyHistogram.decode(encoded.histogram) : new LatencyHistogram()
    if (!encoded) return
    this.#samples = encoded.samples
    this.#value = encoded.value
    this.#least = encoded.least ?? this.#least
    this.#most = encoded.most ?? this.#most
  }

  get key(): string {
    return selectionText(this.selection)
  }

  get samples(): number {
    return this.#samples
  }

  get value(): number {
    return this.#value
  }

  /** Of a trend. */
  get histogram(): LatencyHistogram | null {
    return this.#histogram
  }

  /** The exact extremes of a trend, which its histogram rounds. */
  get minMs(): number {
    return this.#samples === 0 ? 0 : this.#least
  }

  get maxMs(): number {
    return this.#samples === 0 ? 0 : this.#most
  }

  /** @param value of a trend in its unit; of a rate 1 or 0; of a counter what is added. */
  add(value: number): void {
    this.#samples++
    if (this.#histogram !== null) {
      this.#histogram.record(value)
      if (value < this.#least) this.#least = value
      if (value > this.#most) this.#most = value
    } else if (this.type === 'gauge') this.#value = value
    else this.#value += value
  }

  merge(other: Series): void {
    this.#samples += other.#samples
    this.#value += other.#value
    this.#least = Math.min(this.#least, other.#least)
    this.#most = Math.max(this.#most, other.#most)
    if (other.#histogram) this.#histogram?.add(other.#histogram)
  }

  reset(): void {
    this.#samples = 0
    this.#value = 0
    this.#least = Number.POSITIVE_INFINITY
    this.#most = Number.NEGATIVE_INFINITY
    this.#histogram?.reset()
  }

  encode(): EncodedSeries {
    const { selection, type } = this
    return {
      ...{ selection, type, samples: this.#samples, value: this.#value },
      least: this.#samples === 0 ? null : this.#least,
      most: this.#samples === 0 ? null : this.#most,
      histogram: this.#histogram?.encode() ?? null,
    }
  }

  /** @param elapsedMs of the test, for the rate of a counter. */
  measured(elapsedMs: number): Measured {
    return {
      samples: this.#samples,
      isCounter: this.type === 'counter',
      aggregate: (aggregate) => this.#aggregate(aggregate, elapsedMs),
    }
  }

  #aggregate(aggregate: Aggregate, elapsedMs: number): number {
    const histogram = this.#histogram
    switch (aggregate.kind) {
      case 'avg':
        return histogram?.averageMs ?? 0
      case 'min':
        return this.minMs
      case 'max':
        return this.maxMs
      case 'med':
        return histogram?.percentileMs(50) ?? 0
      case 'p':
        return histogram?.percentileMs(aggregate.percentile) ?? 0
      case 'count':
      case 'value':
        return this.#value
      case 'rate':
        if (this.type === 'rate') return this.#samples === 0 ? 0 : this.#value / this.#samples
        return elapsedMs <= 0 ? 0 : (this.#value * 1_000) / elapsedMs
    }
  }
}

export interface EncodedSeries {
  readonly selection: Selection
  readonly type: MetricType
  readonly samples: number
  readonly value: number
  readonly least: number | null
  readonly most: number | null
  readonly histogram: EncodedHistogram | null
}

export const decodeSeries = (encoded: EncodedSeries): Series => new Series(encoded.selection, encoded.type, encoded)

/** Adds series of several threads up, by what they are of. */
export function mergeSeries(all: Iterable<Series>, into = new Map<string, Series>()): Map<string, Series> {
  for (const series of all) {
    const known = into.get(series.key)
    if (known) known.merge(series)
    else into.set(series.key, series)
  }
  return into
}

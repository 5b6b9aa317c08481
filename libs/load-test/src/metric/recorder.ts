import { isSelected, selectionText, type MetricType, type Selection, type Tags } from './metric.ts'
import { Series, type EncodedSeries } from './series.ts'

/** Takes the samples of one metric that all have the same tags. */
export type Channel = (value: number) => void

/** What is collected of a metric besides the whole: the tags by which its samples are told apart. */
export interface Collected {
  readonly type: MetricType
  readonly by: readonly (readonly string[])[]
}

/** Collects samples in one thread: into the whole of each metric, by the tags that are always told apart, and by the
 *  selections that thresholds name. What is fed is found once for each channel, so that a sample costs little. */
export class Recorder {
  readonly #metrics: ReadonlyMap<string, Collected>
  readonly #selections: readonly Selection[]
  readonly #series = new Map<string, Series>()
  /** Selections that are told of while the test runs. */
  readonly #interval = new Map<string, Series>()

  /** @param live selections whose samples since the last {@link takeInterval} are kept apart too. */
  constructor(metrics: ReadonlyMap<string, Collected>, selections: readonly Selection[], live: readonly Selection[]) {
    this.#metrics = metrics
    this.#selections = selections
    for (const selection of live) {
      this.#interval.set(selectionText(selection), new Series(selection, this.#typeOf(selection.metric)))
    }
  }

  /** @param tags all that its samples have. */
  channel(metric: string, tags: Tags): Channel {
    const named = [...this.#selections, ...[...this.#interval.values()].map(({ selection }) => selection)].filter(
      (selection) => selection.metric === metric && isSelected(selection.tags, tags),
    )
    const fed = [{ metric, tags: {} }, ...this.#toldApart(metric, tags), ...named].flatMap((one) => this.#fed(one))
    const all = [...new Set(fed)]
    return (value) => {
      for (const series of all) series.add(value)
    }
  }

  encode(): readonly EncodedSeries[] {
    return [...this.#series.values()].map((series) => series.encode())
  }

  /** What came in since the last call, of what is told while the test runs. */
  takeInterval(): readonly EncodedSeries[] {
    return [...this.#interval.values()].map((series) => {
      const encoded = series.encode()
      series.reset()
      return encoded
    })
  }

  #toldApart(metric: string, tags: Tags): readonly Selection[] {
    const { by } = this.#metrics.get(metric) ?? { by: [] }
    return by
      .filter((names) => names.every((name) => tags[name] !== undefined))
      .map((names) => ({ metric, tags: Object.fromEntries(names.map((name) => [name, tags[name]!])) }))
  }

  /** The series of a selection, and its copy of this interval where it is told of. */
  #fed(selection: Selection): readonly Series[] {
    const key = selectionText(selection)
    const known = this.#series.get(key) ?? new Series(selection, this.#typeOf(selection.metric))
    this.#series.set(key, known)
    const live = this.#interval.get(key)
    return live ? [known, live] : [known]
  }

  #typeOf(metric: string): MetricType {
    return this.#metrics.get(metric)!.type
  }
}

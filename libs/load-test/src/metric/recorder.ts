import { isSelected, selectionText, type MetricType, type Selection, type Tags } from './metric.ts'
import { Series, type EncodedSeries } from './series.ts'

/** Takes the samples of one metric whose tags are known beforehand. */
export type Channel = (value: number, tags?: Tags) => void

/** What is collected of a metric besides the whole: the tags by which its samples are told apart. */
export interface Collected {
  readonly type: MetricType
  readonly by: readonly (readonly string[])[]
}

/** Collects samples in one thread: into the whole of each metric, by the tags that are always told apart, and by the
 *  selections that thresholds name. What is fed is found once for each step, so that a sample costs little. */
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

  /** @param tags those that every sample of the channel has. */
  channel(metric: string, tags: Tags): Channel {
    const always = [{ metric, tags: {} }, ...this.#toldApart(metric, tags)].flatMap((selection) => this.#fed(selection))
    const named = [...this.#selections, ...[...this.#interval.values()].map(({ selection }) => selection)].filter(
      (selection) => selection.metric === metric && Object.keys(selection.tags).length > 0,
    )
    const fixed = named.filter((selection) => isSelected(selection.tags, tags)).flatMap((one) => this.#fed(one))
    const dependent = named
      .filter((selection) => !isSelected(selection.tags, tags) && couldBe(selection.tags, tags))
      .map(({ metric: name, tags: wanted }) => ({ wanted, series: this.#fed({ metric: name, tags: wanted }) }))
    const fed = [...new Set([...always, ...fixed])]
    return (value, more) => {
      for (const series of fed) series.add(value)
      if (more === undefined) return
      for (const { wanted, series } of dependent) {
        if (isSelected(wanted, { ...tags, ...more })) for (const each of series) each.add(value)
      }
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

/** Whether tags that are only known with the sample could still select it. */
const couldBe = (wanted: Tags, fixed: Tags): boolean =>
  Object.entries(wanted).every(([name, value]) => fixed[name] === undefined || fixed[name] === value)

import { randomUUID } from 'node:crypto'
import type { LoadTest } from '../scenario/load-test.ts'
import type { TemplateValues } from '../scenario/template.ts'

export interface IterationNumbers {
  readonly vu: number
  /** Of its scenario, over all threads, from 0. */
  readonly index: number
}

type Row = Readonly<Record<string, string>>

/** What `{{ }}` stands for in one iteration. */
export class IterationValues implements TemplateValues {
  readonly #data: LoadTest['data']
  readonly #random: () => number
  readonly #numbers: IterationNumbers
  #vars: Map<string, string> | undefined
  #rows: Map<string, Row> | undefined

  constructor(data: LoadTest['data'], random: () => number, numbers: IterationNumbers) {
    this.#data = data
    this.#random = random
    this.#numbers = numbers
  }

  set(name: string, value: string | undefined): void {
    this.#vars ??= new Map()
    if (value === undefined) this.#vars.delete(name)
    else this.#vars.set(name, value)
  }

  lookup(name: string): string | undefined {
    switch (name) {
      case 'vu':
        return String(this.#numbers.vu)
      case 'iteration':
        return String(this.#numbers.index)
      case 'uuid':
        return randomUUID()
      case 'random':
        return String(Math.floor(this.#random() * 1e9))
    }
    const [kind, set = '', ...column] = name.split('.')
    return kind === 'vars' ? this.#vars?.get(set) : this.#rowOf(set)?.[column.join('.')]
  }

  #rowOf(set: string): Row | undefined {
    const known = this.#rows?.get(set)
    if (known) return known
    const data = this.#data[set]
    if (!data || data.rows.length === 0) return undefined
    const at =
      data.order === 'random' ? Math.floor(this.#random() * data.rows.length) : this.#numbers.index % data.rows.length
    const row = data.rows[at]!
    this.#rows ??= new Map()
    this.#rows.set(set, row)
    return row
  }
}

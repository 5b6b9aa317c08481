interface Line {
  readonly at: string
  readonly text: string
}

/** What a container wrote in this run and in the one before. */
export class LogFile {
  #now: readonly Line[] = []
  #before: readonly Line[] | undefined
  #hasRun = false

  begin(lines: readonly string[]): void {
    if (this.#hasRun) this.#before = this.#now
    this.#hasRun = true
    const at = new Date().toISOString()
    this.#now = lines.map((text) => ({ at, text }))
  }

  /** As the kubelet serves it by the query of a log request. @returns undefined where there was no run before. */
  read(query: URLSearchParams): string | undefined {
    const lines = query.get('previous') === 'true' ? this.#before : this.#now
    if (!lines) return undefined
    const tail = Number(query.get('tailLines') ?? Number.NaN)
    const shown = Number.isNaN(tail) ? lines : tail === 0 ? [] : lines.slice(-tail)
    const withTime = query.get('timestamps') === 'true'
    const text = shown.map((line) => (withTime ? `${line.at} ${line.text}\n` : `${line.text}\n`)).join('')
    const limit = Number(query.get('limitBytes') ?? Number.NaN)
    return Number.isNaN(limit) ? text : text.slice(0, limit)
  }
}

/** Cuts a stream of bytes into lines. */
export class LineSplitter {
  readonly #maxBytes: number
  readonly #decoder = new TextDecoder()
  #rest = ''

  /** @param maxBytes of one line; a longer one is an error. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** @throws RangeError for a line that is too long. */
  push(chunk: Uint8Array): readonly string[] {
    const lines = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split('\n')
    this.#rest = lines.pop() ?? ''
    if (this.#rest.length > this.#maxBytes) throw new RangeError(`an event is longer than ${this.#maxBytes} bytes`)
    return lines.filter((line) => line !== '')
  }
}

/** Characters: an object of a cluster is at most some megabytes, and what is around the items a few hundred bytes. */
const mostOfItem = 8 * 2 ** 20
const mostOutside = 2 ** 20
const lookBehind = 64

/** A list that holds more than any API server's would. */
export class ListTooLarge extends Error {
  constructor() {
    super('a list holds an object, or something beside its objects, that is larger than any API server keeps')
    this.name = 'ListTooLarge'
  }
}

/** Cuts the items out of a list's JSON as it arrives, so that neither the whole text nor the whole tree is ever held.
 *  The list is `{"kind":..., "metadata": {...}, "items": [ ... ]}`, in any order of fields. */
export class ItemSplitter {
  readonly #onItem: (text: string) => void
  readonly #decoder = new TextDecoder()
  /** What of the current value was not told yet. */
  #held = ''
  #depth = 0
  #isInText = false
  #isEscaped = false
  #isInItems = false
  #itemsDepth = -1
  #outside = ''

  constructor(onItem: (text: string) => void) {
    this.#onItem = onItem
  }

  push(chunk: Uint8Array): void {
    this.#scan(this.#decoder.decode(chunk, { stream: true }))
  }

  /** @returns what there was besides the items, as JSON with an empty list of them. @throws SyntaxError when cut short. */
  end(): unknown {
    this.#scan(this.#decoder.decode())
    return JSON.parse(this.#outside)
  }

  #scan(text: string): void {
    let from = 0
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (this.#isInText) {
        if (this.#isEscaped) this.#isEscaped = false
        else if (code === 92) this.#isEscaped = true
        else if (code === 34) this.#isInText = false
        continue
      }
      if (code === 34) this.#isInText = true
      else if (code === 123 || code === 91) {
        this.#depth++
        if (
          code === 91 &&
          !this.#isInItems &&
          this.#depth === 2 &&
          /"items"\s*:\s*$/.test(this.#before(text, from, at))
        ) {
          this.#outside += text.slice(from, at + 1)
          this.#isInItems = true
          this.#itemsDepth = this.#depth
          from = at + 1
        }
      } else if (code === 125 || code === 93) {
        this.#depth--
        if (this.#isInItems && code === 125 && this.#depth === this.#itemsDepth) {
          this.#onItem((this.#held + text.slice(from, at + 1)).replace(/^[\s,]+/, ''))
          this.#held = ''
          from = at + 1
        } else if (this.#isInItems && this.#depth < this.#itemsDepth) {
          this.#isInItems = false
          this.#held = ''
          from = at
        }
      }
    }
    if (this.#isInItems) this.#held += text.slice(from)
    else this.#outside += text.slice(from)
    if (this.#held.length > mostOfItem || this.#outside.length > mostOutside) {
      throw new ListTooLarge()
    }
  }

  /** The few characters before a place. */
  #before(text: string, from: number, at: number): string {
    const near = text.slice(Math.max(from, at - lookBehind), at)
    return near.length < lookBehind ? this.#outside.slice(-lookBehind) + near : near
  }
}

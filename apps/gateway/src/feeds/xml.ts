/** Text that is XML already. Made by `xml` alone, so that everything else is escaped. */
export class Xml {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** What XML 1.0 forbids even when escaped (its section 2.2); half a surrogate pair has become U+FFFD before. */
const forbidden = /[\0-\x08\v\f\x0e-\x1f\ufffe\uffff]/g

/** A piece of XML. Values are escaped, for text and for quoted attributes alike, unless they are XML. */
export function xml(parts: TemplateStringsArray, ...values: readonly (string | Xml | readonly Xml[])[]): Xml {
  return new Xml(parts.map((part, index) => part + (index < values.length ? written(values[index]!) : '')).join(''))
}

function written(value: string | Xml | readonly Xml[]): string {
  if (value instanceof Xml) return value.text
  if (typeof value !== 'string') return value.map(({ text }) => text).join('')
  return value
    .toWellFormed()
    .replace(forbidden, '')
    .replace(/[&<>"']/g, (character) => escapes[character]!)
}

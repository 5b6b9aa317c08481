/** Text that is already HTML. Made only by `html` and `raw`, so that everything else is escaped. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Value = Markup | string | number | false | null | undefined | readonly Value[]

/** A piece of HTML. Interpolated values are escaped, for text and for quoted attributes alike, unless they are markup.
 *  Line breaks of the template go: after a tag or a value they leave nothing, elsewhere a space. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(parts.map((part, index) => withoutBreaks(part) + rendered(values[index])).join(''))
}

function withoutBreaks(part: string): string {
  return part
    .replace(/(^|>)\s*\n\s*/g, '$1')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/ (\/?>)/g, '$1')
}

/** Marks text of our own as HTML. Never for text that came from outside. */
export function raw(text: string): Markup {
  return new Markup(text)
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? character)
}

function rendered(value: Value): string {
  if (value instanceof Markup) return value.text
  if (value === false || value === null || value === undefined) return ''
  if (typeof value === 'string') return escapeHtml(value)
  if (typeof value === 'number') return String(value)
  return value.map(rendered).join('')
}

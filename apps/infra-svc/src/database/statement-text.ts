const longest = 300

/** Where a literal, a comment or a quoted name begins; the alternatives are tried in this order at each place. */
const pieces = new RegExp(
  [
    String.raw`--[^\n]*`,
    String.raw`/\*[\s\S]*?(?:\*/|$)`,
    String.raw`(?<name>"(?:[^"]|"")*(?:"|$))`,
    String.raw`(?<text>(?:\b[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$))|(?:\b[bBxXnN]|\b[uU]&)?'(?:[^']|'')*(?:'|$))`,
    String.raw`(?<dollar>\$(?<tag>[A-Za-z_]*)\$[\s\S]*?(?:\$\k<tag>\$|$))`,
    String.raw`(?<parameter>\$\d+)`,
    String.raw`(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)`,
    String.raw`(?<number>(?:\d[\d_]*\.?[\d_]*|\.\d+)(?:[eE][+-]?\d+)?(?:x[0-9a-fA-F]+)?)`,
  ].join('|'),
  'g',
)

/** A statement without what it is about: literals become `?`, comments go, blanks are one. Cut after 300 characters.
 *  A literal that does not end, as in a statement that was cut, is one to the end. */
export function withoutLiterals(statement: string): string {
  const plain = statement.replace(pieces, (_whole, ...rest) => {
    const groups = rest.at(-1) as Readonly<Record<string, string | undefined>>
    if (groups['text'] !== undefined || groups['dollar'] !== undefined || groups['number'] !== undefined) return '?'
    return groups['name'] ?? groups['parameter'] ?? groups['word'] ?? ' '
  })
  const line = plain
    .replace(/\?(?:\s*,\s*\?)+/g, '?, …')
    .replace(/[\s\u0000-\u001f\u007f]+/g, ' ')
    .trim()
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}

/** The text of a statement from its bytes, whatever they are. */
export const decoded = (bytes: Uint8Array | null): string => (bytes === null ? '' : new TextDecoder().decode(bytes))

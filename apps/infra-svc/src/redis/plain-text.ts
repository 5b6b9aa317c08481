const longest = 200

/** What changes how the text around it is shown: controls of a terminal, of the direction of writing, half characters. */
const unfit = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu

/** A text of the server as it may be shown on one line, whatever it holds. Cut after 200 characters. */
export function plainText(reply: unknown): string {
  const text = Buffer.isBuffer(reply) ? reply.toString('utf8', 0, longest * 4) : String(reply).slice(0, longest * 4)
  const line = withoutControls(text)
  return line.length > longest ? `${line.slice(0, longest - 1).toWellFormed()}…` : line
}

export const withoutControls = (text: string): string => text.replace(unfit, ' ').trim()

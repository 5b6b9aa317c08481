const maxCharacters = 1_000
const unprintable = /[\p{Cc}\p{Bidi_Control}]/gu

/** What a target said as plain text of at most 1,000 characters: control characters become spaces and broken ones U+FFFD, so
 *  that it can be stored and shown anywhere. */
export function printable(text: string): string {
  const whole = text
    .slice(0, 4 * maxCharacters)
    .toWellFormed()
    .replace(unprintable, ' ')
  return Array.from(whole).slice(0, maxCharacters).join('')
}

const memory: { text: string; tokens: readonly string[] } = { text: '', tokens: [] }

/** A text in parts of about one word, each with the space before it. */
export function tokensOf(text: string): readonly string[] {
  if (memory.text !== text) {
    memory.text = text
    memory.tokens = text.match(/\s*\S{1,12}|\s+$/gu) ?? []
  }
  return memory.tokens
}

/** What texts count for in a prompt: about four characters a token. */
export const tokenCount = (text: string): number => Math.ceil(text.length / 4)

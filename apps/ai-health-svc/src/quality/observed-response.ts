/** How much of a prompt and of an answer is looked at, in characters. */
export const maxPromptLength = 4_000
export const maxContentLength = 16_000
export const maxRequiredFields = 100

/** The beginning of a text, as a text of its own: a slice would keep the whole of it in memory. */
export const excerpt = (text: string, length: number): string =>
  text.length <= length ? text : Buffer.from(text.slice(0, length)).toString()

/** What the quality monitor is told of an answer. Nothing of it is kept after scoring. */
export interface ObservedResponse {
  readonly provider: string
  readonly model: string
  /** The last message of the user, at most `maxPromptLength` characters; null where there was none. */
  readonly prompt: string | null
  /** The text of the answer; at most `maxContentLength` characters of it are looked at. */
  readonly content: string
  /** As the provider put it: `stop`, `length`, `tool_calls`, ... */
  readonly finishReason: string | null
  /** What the caller asked for. */
  readonly format: 'text' | 'json'
  /** Top-level fields that the caller's JSON schema requires. */
  readonly requiredFields: readonly string[]
  /** Whether the caller set a limit of tokens, so that a cut answer is what was asked for. */
  readonly hasTokenLimit: boolean
}

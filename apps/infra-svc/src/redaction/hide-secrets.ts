import { hidden } from './hide-credentials.ts'
import { isReference } from './is-reference.ts'
import { redactValue } from './redact-value.ts'

/** Assignments within a longer text, such as a line of a configuration file, an argument or a URL's query. Names are only
 *  looked for from their beginning, which keeps the time in proportion to the text. */
const assignment =
  /(?<![\w.-])([\w.-]*(?:passw|pwd|secret|token|credential|private|api[_-]?key|access[_-]?key)[\w.-]*["']?\s*[:=]\s*|--[\w-]*(?:passw|secret|token|key)[\w-]*\s+)("[^"\n]*"|'[^'\n]*'|[^\s&,;]+)/gi

/** Characters of a text that are shown, and that are looked at: what is cut off must not hide what comes before it. */
const longest = 2_000
const lookedAt = 4_000
const deepest = 40

/** A text as it may be shown: without what its name, its looks, or the words within it say is secret. */
export function hideInText(name: string, value: string): string {
  const shown = redactValue(name, value.slice(0, lookedAt))
  if (shown === hidden) return hidden
  const safe = shown.replace(assignment, (match: string, key: string, given: string, at: number, text: string) =>
    isReference(text, at, key, given) ? match : `${key}${hidden}`,
  )
  return safe.length > longest ? `${safe.slice(0, longest - 1)}…` : safe
}

/** Values as they may be shown: everything under a name that looks secret is hidden, and in lists of names and values the
 *  value goes by its name. Of a manifest of a Secret within them nothing is shown that it holds. Only whether something is switched on is shown under any name. */
export function hideSecrets(value: unknown, name = '', depth = 0): unknown {
  if (value === null || value === undefined || typeof value === 'boolean') return value
  if (typeof value === 'string') return hideInText(name, value)
  if (typeof value === 'number') return redactValue(name, '') === hidden ? hidden : value
  if (typeof value !== 'object' || depth > deepest) return hidden
  if (Array.isArray(value)) return value.map((item: unknown) => hideSecrets(item, name, depth + 1))
  const fields = value as Record<string, unknown>
  const isSecret = fields['kind'] === 'Secret'
  const called = typeof fields['name'] === 'string' ? fields['name'] : ''
  return Object.fromEntries(
    Object.entries(fields).map(([field, inner]) => [
      field,
      isSecret && (field === 'data' || field === 'stringData')
        ? hidden
        : hideSecrets(inner, field === 'value' ? `${name} ${called}` : `${name} ${field}`, depth + 1),
    ]),
  )
}

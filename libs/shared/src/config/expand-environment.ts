/** Text with its `${NAME}` and `${NAME:-default}` replaced, and the names that had no value. */
export interface Expansion {
  readonly text: string
  readonly isChanged: boolean
  readonly missing: readonly string[]
}

/** Replaces `${NAME}` by the variable's value and `${NAME:-default}` by the default where the variable is unset or
 *  empty, as a shell does. `$${` stands for a literal `${`. */
export function expandEnvironment(text: string, env: Readonly<Record<string, string | undefined>>): Expansion {
  const missing: string[] = []
  const expanded = text.replace(
    /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g,
    (_, name?: string, fallback?: string) => {
      if (name === undefined) return '${'
      const value = env[name]
      if (fallback !== undefined) return value || fallback
      if (value === undefined) missing.push(name)
      return value ?? ''
    },
  )
  return { text: expanded, isChanged: expanded !== text, missing }
}

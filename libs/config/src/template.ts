const variable = /\{\{\s*([A-Za-z]\w*)\s*\}\}/g

/** What is wrong with a template that may use `variables`; null when nothing is. */
export function templateProblem(template: string, variables: readonly string[]): string | null {
  const unknown = [...template.matchAll(variable)].map(([, name]) => name!).find((name) => !variables.includes(name))
  const known = variables.map((name) => `{{${name}}}`).join(', ')
  if (unknown !== undefined) return `there is no variable {{${unknown}}}; there are ${known}`
  const rest = template.replace(variable, '')
  return rest.includes('{{') || rest.includes('}}')
    ? `has {{ or }} that belongs to no variable; there are ${known}`
    : null
}

/** The template with its variables replaced, each by its value as it is. */
export function renderTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(variable, (whole, name: string) => values[name] ?? whole)
}

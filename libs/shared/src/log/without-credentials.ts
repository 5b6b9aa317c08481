const urlCredentials = /\b([a-z][a-z0-9+.-]*:\/\/)(?:[^\s"\\/@]*:[^\s"\\@]*|[^\s"\\/?#@]+)@/gi
const assigned = /\b(password|passwd|pwd|token|secret|api_?key)=[^\s"\\&]+/gi
const apiKey = /\b(ak|sk)[_-][A-Za-z0-9_-]{8,}/g
const authorization = /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]+/gi

/** `text`, plain or JSON, with the credentials of URLs, API keys and authorization values taken out. */
export function withoutCredentials(text: string): string {
  return text
    .replace(urlCredentials, '$1***@')
    .replace(assigned, '$1=***')
    .replace(apiKey, '$1_***')
    .replace(authorization, '$1 ***')
}

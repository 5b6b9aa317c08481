import type { CheckSpec } from '@akashic/config'
import { decoded } from './url.ts'

const mask = '***'
/** A shorter value would be found by chance in what it does not belong to. */
const shortestSecret = 4

/** `text` without any credential of the check, for what a target echoed. */
export function withoutSecrets(spec: CheckSpec, text: string): string {
  return secretsOf(spec)
    .filter((secret) => secret.length >= shortestSecret)
    .reduce((clean, secret) => clean.replaceAll(secret, mask), text)
}

function secretsOf(spec: CheckSpec): string[] {
  switch (spec.kind) {
    case 'http':
      return [...urlSecrets(spec.url), ...Object.values(spec.headers).flatMap((value) => [value, ...value.split(' ')])]
    case 'postgres':
    case 'redis':
      return urlSecrets(spec.url)
    case 'openai':
      return [spec.apiKey]
    case 'heartbeat':
      return [spec.token]
    default:
      return []
  }
}

function urlSecrets(text: string): string[] {
  if (!URL.canParse(text)) return [text]
  const { password, search, searchParams } = new URL(text)
  return [password, decoded(password), search.slice(1), ...searchParams.values()]
}

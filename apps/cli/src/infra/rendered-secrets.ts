import { parseAllDocuments } from 'yaml'

const hidden = '(hidden)'
/** Shorter values are no secrets, and stand in too many words. */
const shortest = 4

/** kubectl quotes the whole change that was refused, with the objects in it. */
const quotedChange = /(error when applying patch:)\n[\s\S]*?\n(?=to:\n)/g

/** What the Secrets among rendered objects hold, as it stands in them and decoded; the longest first. */
export function secretsIn(manifest: string): readonly string[] {
  const values = parseAllDocuments(manifest)
    .filter(({ errors }) => errors.length === 0)
    .map((document) => document.toJS() as SecretLike | null)
    .filter((object) => object?.kind === 'Secret')
    .flatMap((secret) => [
      ...valuesOf(secret!.stringData).flatMap((value) => [value, Buffer.from(value).toString('base64')]),
      ...valuesOf(secret!.data).flatMap((value) => [value, Buffer.from(value, 'base64').toString()]),
    ])
  const lines = values.flatMap((value) => [value, ...value.split('\n')])
  return [...new Set(lines.map((line) => line.trim()))]
    .filter((value) => value.length >= shortest)
    .toSorted((a, b) => b.length - a.length)
}

interface SecretLike {
  readonly kind?: unknown
  readonly data?: unknown
  readonly stringData?: unknown
}

const valuesOf = (fields: unknown): readonly string[] =>
  typeof fields === 'object' && fields !== null ? Object.values(fields).map(String) : []

/** What a program said, without the secrets. */
export const withoutSecrets = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((safe, secret) => safe.replaceAll(secret, hidden), text.replaceAll(quotedChange, '$1 '))

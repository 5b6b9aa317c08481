import type { Definition } from './definition.ts'
import { isObject, type Json } from './merge-patch.ts'

/** Stands in a definition where a secret is left out: fits in an address, and is long enough for a token. */
export const redactionMark = '****redacted****'

const secretNames = /auth|token|key|secret|cookie|password|passwd|credential|signature/i
const urlLike = /^[a-z][a-z0-9+.-]*:\/\//i

/** The definition with every secret replaced by a mark: passwords and secret parameters in addresses, API keys, tokens,
 *  headers and bodies that carry credentials. */
export function redact(definition: Definition): Definition {
  return Object.fromEntries(
    Object.entries(definition).map(([key, value]) => [
      key,
      key === 'checks' && Array.isArray(value) ? value.map(redactCheck) : value,
    ]),
  )
}

/** `changed` with each mark put back to the secret that it stands for in `whole`: checks are matched by name, else by
 *  place. Marks that stand for nothing stay, for unresolvedMarks to find. */
export function restoreSecrets(changed: Definition, whole: Definition): Definition {
  if (!Array.isArray(changed['checks'])) return changed
  const originals = (Array.isArray(whole['checks']) ? whole['checks'] : []) as readonly Json[]
  const named = new Map(originals.map((check) => [nameOf(check), check]))
  const checks = (changed['checks'] as readonly Json[]).map((check, i) => {
    const original = named.get(nameOf(check) ?? '') ?? originals[i] ?? null
    return restore(check, redactCheck(original), original)
  })
  return { ...changed, checks }
}

/** JSON pointers of the marks in `value`. */
export function unresolvedMarks(value: Json, at = ''): string[] {
  if (typeof value === 'string') return value.includes(redactionMark) ? [at] : []
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, member]) =>
    unresolvedMarks(member, `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  )
}

const nameOf = (check: Json) => (isObject(check) && typeof check['name'] === 'string' ? check['name'] : undefined)

function redactCheck(check: Json): Json {
  if (!isObject(check)) return check
  return Object.fromEntries(Object.entries(check).map(([key, value]) => [key, redactField(key, value)]))
}

function redactField(key: string, value: Json): Json {
  if (key === 'headers' && isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, text]) => [name, secretNames.test(name) ? redactionMark : text]),
    )
  }
  if (key === 'body' && typeof value === 'string' && secretNames.test(value)) return redactionMark
  if ((key === 'apiKey' || key === 'token') && value !== '') return redactionMark
  return typeof value === 'string' && urlLike.test(value) ? redactUrl(value) : value
}

/** Works on the text, so that an address that is no proper URL keeps its password too. In addresses other
 *  than http a password may hold any character; there everything up to the last @ is taken for it. */
function redactUrl(url: string): string {
  return url
    .replace(/^(https?:\/\/[^/?#@:]*):[^/?#]*@/i, `$1:${redactionMark}@`)
    .replace(/^(https?:\/\/)[^/?#@:]*@/i, `$1${redactionMark}@`)
    .replace(/^((?!https?:)[a-z][a-z0-9+.-]*:\/\/[^/?#@:]*):.*@/i, `$1:${redactionMark}@`)
    .replace(/([?&])([^=&#]+)=([^&#]*)/g, (whole, before: string, name: string) =>
      secretNames.test(name) ? `${before}${name}=${redactionMark}` : whole,
    )
}

function restore(changed: Json, shown: Json, original: Json): Json {
  if (typeof changed === 'string') return changed === shown ? original : changed
  if (!isObject(changed) || !isObject(shown) || !isObject(original)) return changed
  return Object.fromEntries(
    Object.entries(changed).map(([key, value]) => [key, restore(value, shown[key] ?? null, original[key] ?? null)]),
  )
}

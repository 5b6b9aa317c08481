import { checkSchema } from '@akashic/config'
import { isDeepStrictEqual } from 'node:util'
import type { Definition } from './definition.ts'
import { isObject, type Json } from './merge-patch.ts'
import { redact } from './redact.ts'

/** `changed` with each mark put back to the secret that it stands for in `whole`. Checks are matched by name, else by
 *  place, and only one that goes where it went before gets its secrets back: who sends another address has to know them.
 *  Marks that stand for nothing stay, for unresolvedMarks to find. */
export function restoreSecrets(changed: Definition, whole: Definition): Definition {
  const shown = redact(whole)
  const { checks, ...rest } = changed
  const restored = restore(rest, shown, whole) as Definition
  if (checks === undefined) return restored
  return { ...restored, checks: Array.isArray(checks) ? restoreChecks(checks, shown, whole) : checks }
}

function restoreChecks(checks: readonly Json[], shown: Definition, whole: Definition): Json[] {
  const originals = checksOf(whole)
  const redacted = checksOf(shown)
  const places = new Map(originals.map((check, place) => [nameOf(check), place]))
  return checks.map((check, i) => {
    const place = places.get(nameOf(check) ?? '') ?? i
    const [original, seen] = [originals[place], redacted[place]]
    if (original === undefined || seen === undefined) return check
    return isDeepStrictEqual(destinationOf(check), destinationOf(seen)) ? restore(check, seen, original) : check
  })
}

const checksOf = (definition: Definition) =>
  (Array.isArray(definition['checks']) ? definition['checks'] : []) as readonly Json[]
const nameOf = (check: Json) => (isObject(check) && typeof check['name'] === 'string' ? check['name'] : undefined)

/** Where a check takes its secrets and how it makes sure of that; defaults count as given. */
function destinationOf(check: Json): Json {
  const parsed = checkSchema.safeParse(check)
  const given: Json = parsed.success ? parsed.data : check
  if (!isObject(given)) return given
  const { kind, url, baseUrl, host, port, resolver, tlsVerify, followRedirects } = given
  const place = { kind, host, port, resolver, tlsVerify, followRedirects, virtualHost: virtualHostOf(given['headers']) }
  return { ...place, url: addressOf(url), baseUrl: addressOf(baseUrl) } as Json
}

/** Whom a server that stands in for many hands a request to. */
function virtualHostOf(headers: Json | undefined): readonly Json[] {
  if (headers === undefined || !isObject(headers)) return []
  return Object.entries(headers).flatMap(([name, value]) => (name.toLowerCase() === 'host' ? [value] : []))
}

/** Origin, sign-in and query of a URL; the whole text when it is none. */
function addressOf(value: Json | undefined): Json {
  if (typeof value !== 'string' || !URL.canParse(value)) return value ?? null
  const { protocol, host, username, password, search } = new URL(value)
  return { protocol, host, username, password, search }
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function restore(changed: Json, shown: Json, original: Json): Json {
  if (typeof changed === 'string') return changed === shown ? original : changed
  if (isList(changed) && isList(shown) && isList(original)) {
    return changed.map((item, i) => restore(item, shown[i] ?? null, original[i] ?? null))
  }
  if (!isObject(changed) || !isObject(shown) || !isObject(original)) return changed
  return Object.fromEntries(
    Object.entries(changed).map(([key, value]) => [key, restore(value, shown[key] ?? null, original[key] ?? null)]),
  )
}

import { isDeepStrictEqual } from 'node:util'
import type { CheckSpecOf } from '@akashic/config'
import type { Judgement } from './check.ts'
import { failed } from './failure.ts'
import { valueAt } from './json-path.ts'
import { matcherOf } from './body-pattern.ts'

type HttpSpec = CheckSpecOf<'http'>
const shownBody = 200

/** An unexpected status is degraded, as the target did answer; outage when `downOn` lists it. Undefined when it is good. */
export function judgeStatus(spec: Pick<HttpSpec, 'expectStatus' | 'downOn'>, status: number): Judgement | undefined {
  if (spec.downOn.some((pattern) => matchesStatus(pattern, status))) {
    return failed('outage', 'status', `answered with status ${status}`, `status ${status}, which downOn lists`)
  }
  if (spec.expectStatus.some((pattern) => matchesStatus(pattern, status))) return undefined
  const expected = spec.expectStatus.join(', ')
  return failed('degraded', 'status', `answered with status ${status}`, `status ${status}; expected ${expected}`)
}

function matchesStatus(pattern: number | string, status: number): boolean {
  return typeof pattern === 'number' ? pattern === status : Math.floor(status / 100) === Number(pattern[0])
}

/** Degraded when the body is not as expected; undefined when it is.
 *  @param isCut `body` is only the beginning of what was answered. */
export function judgeBody(
  spec: Pick<HttpSpec, 'expectBody' | 'expectJson'>,
  body: string,
  isCut: boolean,
): Judgement | undefined {
  if (spec.expectBody !== undefined) {
    if (!matcherOf(spec.expectBody)(body))
      return unexpected(`the body does not contain ${JSON.stringify(spec.expectBody)}`, body, isCut)
  }
  if (spec.expectJson === undefined) return undefined
  const parsed = parseJson(body)
  if (parsed === undefined) return unexpected('the body is not JSON', body, isCut)
  const { path, equals } = spec.expectJson
  const found = valueAt(parsed.value, path)
  if (isDeepStrictEqual(found, equals)) return undefined
  return unexpected(`${path} is ${JSON.stringify(found) ?? 'absent'}; expected ${JSON.stringify(equals)}`, body, isCut)
}

function unexpected(reason: string, body: string, isCut: boolean): Judgement {
  const beginning = body.length > shownBody ? `${body.slice(0, shownBody)}…` : body
  const cut = isCut ? ' (only the first mebibyte was read)' : ''
  return failed('degraded', 'body', 'unexpected answer', `${reason}${cut}; it begins ${JSON.stringify(beginning)}`)
}

function parseJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}

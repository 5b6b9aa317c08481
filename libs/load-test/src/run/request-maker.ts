import type { RequestStep } from '../scenario/load-test.ts'
import { compileTemplate, escapeJson, namesIn, type TemplateValues } from '../scenario/template.ts'
import type { ReadyRequest } from './user-client.ts'

type Maker<T> = (values: TemplateValues) => T

/** Makes the requests of a step. What no template changes is made once, up to the whole request.
 *  @param markedBy headers that every request has, whatever the step says.
 *  @throws UnknownValue, or TypeError for what is no address. */
export function requestMaker(
  step: RequestStep,
  baseUrl: string,
  markedBy: Readonly<Record<string, string>>,
): Maker<ReadyRequest> {
  const ofStep = Object.entries(step.headers).filter(([name]) => markedBy[name.toLowerCase()] === undefined)
  // An address that an answer gave whole is taken as it is.
  const url = compileTemplate(step.url, step.url.startsWith('{{') ? undefined : encodeURIComponent)
  const texts = ofStep.map(([name, value]) => [name, compileTemplate(value)] as const)
  const text = step.body === null ? null : compileTemplate(step.body, step.isJson ? escapeJson : undefined)
  const target = made([step.url], (values) => new URL(url(values), baseUrl))
  const marks = Object.entries(markedBy).flat()
  const headers = made(Object.values(step.headers), (values) => [
    ...texts.flatMap(([name, value]) => [name, value(values)]),
    ...marks,
  ])
  const body = made([step.body ?? ''], (values) => (text === null ? null : Buffer.from(text(values))))
  return made([step.url, ...Object.values(step.headers), step.body ?? ''], (values) => {
    const { origin, pathname, search } = target(values)
    const bytes = body(values)
    return {
      origin,
      options: { method: step.method, path: pathname + search, headers: headers(values), body: bytes },
      bodyBytes: bytes?.length ?? 0,
    }
  })
}

/** Makes it anew each time, or only once where its texts hold no template. */
function made<T>(texts: readonly string[], make: Maker<T>): Maker<T> {
  if (texts.some((text) => namesIn(text).length > 0)) return make
  let once: T | undefined
  return (values) => (once ??= make(values))
}

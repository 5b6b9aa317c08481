import { OpsError } from '@akashic/shared/errors'
import { publicRoute } from '@akashic/shared/http'
import type { DocumentedAnswer, Route } from '@akashic/shared/http'
import { encodingsOf } from './encoded-body.ts'
import type { Encodings } from './encoded-body.ts'

/** A document whose bytes are made once for each change of it, and sent without going through express. */
export interface PreparedDocument {
  /** Null while there is nothing to say. */
  encodings(): Encodings | null
}

/** Prepared documents by the path at which they are served. */
export type PreparedDocuments = ReadonlyMap<string, PreparedDocument>

/** The headers of every document that anybody may read. */
export const documentHeaders = (type: string, cacheControl: string): readonly string[] => [
  ...['Content-Type', `${type}; charset=utf-8`],
  ...['Cache-Control', cacheControl],
  ...['Access-Control-Allow-Origin', '*'],
  ...['Access-Control-Expose-Headers', 'ETag'],
  ...['X-Content-Type-Options', 'nosniff'],
]

/** A document that is written anew when somebody asks and `sources` gives other objects than before; the bytes stay when the
 *  text does.
 *  @param sources what it is written from; null while there is nothing to say. */
export function prepareDocument<Sources extends readonly unknown[]>(
  sources: () => Sources | null,
  write: (...sources: Sources) => string,
  headers: readonly string[],
): PreparedDocument {
  let made: { readonly of: Sources; readonly text: string; readonly encodings: Encodings } | null = null
  return {
    encodings() {
      const of = sources()
      if (of === null) return null
      if (made === null || of.some((source, index) => source !== made?.of[index])) {
        const text = write(...of)
        made = { of, text, encodings: made?.text === text ? made.encodings : encodingsOf(text, headers) }
      }
      return made.encodings
    },
  }
}

/** A prepared document and what is said of its route. */
export interface ServedDocument {
  readonly path: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly answer: DocumentedAnswer
  readonly document: PreparedDocument
}

/** The route that documents a document, and answers while there is nothing to say. */
export function documentRoute({ document, answer, ...described }: ServedDocument): Route {
  return publicRoute({
    method: 'GET',
    ...described,
    answers: { 200: answer },
    serve: async () => {
      const whole = await document.encodings()?.prepare('identity')
      if (!whole) throw notKnownYet()
      const type = answer.type ?? 'application/json'
      return { content: { type: `${type}; charset=utf-8`, bytes: whole.bytes } }
    },
  })
}

/** Documents and streams are answered in front of these routes as soon as there is anything to say. */
export const notKnownYet = (): OpsError =>
  new OpsError('unavailable', 'The status is not known yet. Try again in a few seconds.')

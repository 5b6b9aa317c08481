import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

export type Encoding = 'identity' | 'gzip' | 'br'

/** A body in one encoding, with the headers that go with it. */
export interface EncodedBody {
  readonly bytes: Buffer
  readonly etag: string
  /** Name and value in turn, as `writeHead` takes them. */
  readonly headers: readonly string[]
  /** The same of a 304. */
  readonly notModifiedHeaders: readonly string[]
}

/** One text, compressed at most once for each encoding however often it is sent. */
export interface Encodings {
  /** The body in `encoding`, when it is at hand. */
  ready(encoding: Encoding): EncodedBody | undefined
  prepare(encoding: Encoding): Promise<EncodedBody>
}

const compressors: Readonly<Record<Encoding, (bytes: Buffer) => Promise<Buffer>>> = {
  identity: async (bytes) => bytes,
  gzip: promisify(gzip),
  br: async (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
}

/** @param headers name and value in turn, sent with every answer of this text. */
export function encodingsOf(text: string, headers: readonly string[]): Encodings {
  const identity = Buffer.from(text)
  const digest = createHash('sha256').update(identity).digest('base64url').slice(0, 22)
  const encode = (encoding: Encoding, bytes: Buffer): EncodedBody => {
    const etag = encoding === 'identity' ? `"${digest}"` : `"${digest}-${encoding}"`
    const common = [...headers, 'ETag', etag, 'Vary', 'Accept-Encoding']
    const coding = encoding === 'identity' ? [] : ['Content-Encoding', encoding]
    const length = ['Content-Length', String(bytes.length)]
    return { bytes, etag, headers: [...common, ...coding, ...length], notModifiedHeaders: common }
  }
  const bodies = new Map<Encoding, EncodedBody>([['identity', encode('identity', identity)]])
  const underWay = new Map<Encoding, Promise<EncodedBody>>()
  return {
    ready: (encoding) => bodies.get(encoding),
    prepare(encoding) {
      const present = underWay.get(encoding)
      if (present) return present
      const made = compressors[encoding](identity).then((bytes) => {
        const body = encode(encoding, bytes)
        bodies.set(encoding, body)
        return body
      })
      underWay.set(encoding, made)
      return made
    },
  }
}

/** The best encoding that `acceptEncoding` allows: br, gzip, or none. */
export function negotiateEncoding(acceptEncoding: string | undefined): Encoding {
  if (acceptEncoding === undefined) return 'identity'
  const accepted = new Map(
    acceptEncoding.split(',').map((entry) => {
      const [name = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase())
      const quality = parameters.find((parameter) => parameter.startsWith('q='))
      return [name, quality === undefined ? 1 : Number(quality.slice(2))] as const
    }),
  )
  const accepts = (name: string): boolean => (accepted.get(name) ?? accepted.get('*') ?? 0) > 0
  if (accepts('br')) return 'br'
  return accepts('gzip') ? 'gzip' : 'identity'
}

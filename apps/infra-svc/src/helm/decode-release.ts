import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { z } from 'zod'

const unzip = promisify(gunzip)

/** Of a decoded release: what Helm writes fits a Secret of 1 MiB, compressed. */
const mostBytes = 20 * 2 ** 20

/** A release that cannot be decoded. Its message tells nothing of what the release holds. */
export class ReleaseError extends Error {
  readonly kind: 'too_large' | 'not_a_release'

  constructor(kind: ReleaseError['kind'], message: string) {
    super(message)
    this.name = 'ReleaseError'
    this.kind = kind
  }
}

const text = z.string().catch('')
const object = z.record(z.string(), z.unknown()).catch({})

/** Go writes a time that was never set as '' or as the year 1. */
const time = z.preprocess((value) => {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return ms > 0 ? ms : null
}, z.number().nullable())

const hookSchema = z.object({
  name: text,
  kind: text,
  events: z.array(z.string()).catch([]),
  last_run: z
    .object({ phase: text, started_at: time, completed_at: time })
    .catch({ phase: '', started_at: null, completed_at: null }),
})

/** What is read of a release; source: the JSON of Helm's release.Release. */
const releaseSchema = z.object({
  name: z.string().min(1),
  namespace: text,
  version: z.int().positive(),
  info: z.object({
    status: z.string().min(1),
    description: text,
    first_deployed: time,
    last_deployed: time,
  }),
  chart: z
    .object({ metadata: z.object({ name: text, version: text, appVersion: text }) })
    .catch({ metadata: { name: '', version: '', appVersion: '' } }),
  /** The values that were given, over those of the chart. May hold secrets: never show them unredacted. */
  config: object,
  manifest: text,
  hooks: z.array(hookSchema).catch([]),
})

/** One revision of a release as Helm keeps it. Holds secrets. */
export type StoredRelease = z.infer<typeof releaseSchema>

/** Decodes the field `data.release` of a Secret: base64 of the API, base64 of Helm, gzip, JSON. Releases of early versions
 *  of Helm are not compressed.
 *  @throws ReleaseError */
export async function decodeRelease(data: string): Promise<StoredRelease> {
  const packed = Buffer.from(Buffer.from(data, 'base64').toString('latin1'), 'base64')
  if (packed.length === 0) throw new ReleaseError('not_a_release', 'the Secret holds no release')
  if (packed.length > mostBytes) throw tooLarge()
  const json = isCompressed(packed) ? await unpacked(packed) : packed
  const parsed = releaseSchema.safeParse(parse(json))
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map(({ path }) => path.join('.') || 'all of it')
  throw new ReleaseError(
    'not_a_release',
    `the release lacks what Helm writes, or has it otherwise: ${fields.join(', ')}`,
  )
}

const isCompressed = (packed: Buffer): boolean => packed[0] === 0x1f && packed[1] === 0x8b

const tooLarge = (): ReleaseError => new ReleaseError('too_large', `the release is larger than ${mostBytes} bytes`)

async function unpacked(packed: Buffer): Promise<Buffer> {
  try {
    return await unzip(packed, { maxOutputLength: mostBytes })
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge()
    throw new ReleaseError('not_a_release', 'the release is compressed, and its gzip is broken')
  }
}

/** The parser's own message quotes what it read: it is not passed on. */
function parse(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString('utf8'))
  } catch {
    throw new ReleaseError('not_a_release', 'the release is no JSON')
  }
}

import type { IncomingMessage } from 'node:http'
import { OpsError } from '../errors/index.ts'
import { HttpRefusal } from './problem.ts'

/** Nesting that no honest document reaches, and that recursive validation still survives. */
const maxDepth = 64

export interface JsonBody {
  /** What was sent; `undefined` when nothing was. */
  readonly value: unknown
  readonly bytes: Buffer
}

/** Reads a JSON body of at most `limitBytes`.
 *  @throws OpsError invalid_argument on bad JSON; HttpRefusal 413 when too large, 415 when it is not JSON. */
export async function readJsonBody(request: IncomingMessage, limitBytes: number): Promise<JsonBody> {
  const bytes = await readBytes(request, limitBytes)
  if (bytes.length === 0) return { value: undefined, bytes }
  requireJson(request)
  return { value: parseJson(bytes), bytes }
}

/** Bytes beyond the limit that are read and thrown away, so that the sender gets to read the refusal. */
const discardedBytes = 16 * 1_048_576

async function readBytes(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (request.destroyed) return reject(new OpsError('cancelled', 'The request ended before its body did.'))
    const chunks: Buffer[] = []
    let size = 0
    const refuse = (): void => {
      const detail = `The body is larger than ${limitBytes} bytes, the most that is accepted.`
      reject(new HttpRefusal(413, 'out_of_range', detail))
    }
    if (Number(request.headers['content-length'] ?? 0) > limitBytes) refuse()
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limitBytes) return void chunks.push(chunk)
      chunks.length = 0
      refuse()
      if (size > limitBytes + discardedBytes) request.destroy()
    })
    request.once('end', () => resolve(Buffer.concat(chunks)))
    request.once('close', () => reject(new OpsError('cancelled', 'The request ended before its body did.')))
  })
}

function requireJson(request: IncomingMessage): void {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
  if (type !== 'application/json' && type !== 'application/merge-patch+json') {
    throw new HttpRefusal(
      415,
      'invalid_argument',
      'Send the body as JSON, with the header content-type: application/json.',
    )
  }
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new HttpRefusal(415, 'invalid_argument', 'Send the body without a content-encoding.')
  }
}

function parseJson(bytes: Buffer): unknown {
  if (isTooDeep(bytes)) {
    throw new OpsError('invalid_argument', `The body is nested deeper than ${maxDepth} levels.`)
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'it does not parse' : 'it is not UTF-8'
    const fields = [{ pointer: '', detail: 'is not valid JSON' }]
    throw new OpsError('invalid_argument', `The body is not valid JSON: ${reason}.`, { fields, cause: error })
  }
}

function isTooDeep(bytes: Buffer): boolean {
  let depth = 0
  let inString = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    if (inString) {
      if (byte === 0x5c) i++
      else if (byte === 0x22) inString = false
    } else if (byte === 0x22) inString = true
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > maxDepth) return true
    } else if (byte === 0x5d || byte === 0x7d) depth--
  }
  return false
}

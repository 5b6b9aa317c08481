import type { IncomingMessage } from 'node:http'
import { OpsError } from '@akashic/shared/errors'

/** Reads a body of at most `limitBytes`; of a larger one the rest is thrown away, so that its sender reads the refusal.
 *  @throws OpsError cancelled when the request ends before its body does. */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | 'too_large'> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > limitBytes) {
      request.resume()
      return resolve('too_large')
    }
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= limitBytes) return void chunks.push(chunk)
      chunks.length = 0
      resolve('too_large')
    })
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
    request.on('close', () => {
      if (!request.complete) reject(new OpsError('cancelled', 'The request ended before its body did.'))
    })
  })
}

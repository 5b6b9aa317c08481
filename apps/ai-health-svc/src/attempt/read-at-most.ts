import type { Readable } from 'node:stream'
import { AttemptCut } from '../upstream/classify-throw.ts'

/** Reads all of `body`, which is let go once it is larger than `maxBytes`.
 *  @throws AttemptCut answer_too_large. */
export function readAtMost(body: Readable, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    body.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > maxBytes) return void body.destroy(new AttemptCut('answer_too_large'))
      chunks.push(chunk)
    })
    body.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
    body.on('error', reject)
    body.on('close', () => {
      if (!body.readableEnded) reject(new AttemptCut('cut_stream'))
    })
  })
}

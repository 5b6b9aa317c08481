import type { Readable } from 'node:stream'
import { AttemptCut } from '../upstream/classify-throw.ts'

/** Reads all of `body`, which is let go once it is larger than `maxBytes`.
 *  @throws AttemptCut answer_too_large. */
export async function readAtMost(body: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new AttemptCut('answer_too_large')
    chunks.push(chunk)
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
}

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { ConfigSource, ConfigText } from './load-config-file.ts'
import type { PlainConfig } from './read-plain.ts'

/** A large young generation only lets garbage pile up: 130 MB of it where 10,000 components are read. */
const youngGenerationMb = 6

/** Reads like `readPlain`, in a thread whose memory goes back to the system when it ends; null also when it failed. */
export async function readApart(texts: readonly ConfigText[], env: ConfigSource['env']): Promise<PlainConfig | null> {
  const worker = new Worker(new URL('./read-plain.worker.ts', import.meta.url), {
    workerData: { texts, env: { ...env } },
    resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
  })
  const ended = new Promise((resolve) => worker.once('exit', resolve))
  try {
    const [plain] = (await once(worker, 'message')) as [PlainConfig | null]
    return plain
  } catch {
    return null
  } finally {
    await ended
  }
}

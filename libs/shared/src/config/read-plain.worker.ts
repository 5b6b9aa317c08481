import { parentPort, workerData } from 'node:worker_threads'
import type { ConfigSource, ConfigText } from './load-config-file.ts'
import { readPlain } from './read-plain.ts'

const { texts, env } = workerData as { texts: readonly ConfigText[]; env: ConfigSource['env'] }
parentPort!.postMessage(readPlain(texts, env))

import type { ProcessOptions } from './process.ts'
import { startFakeOpenAi } from './server.ts'

/** The fake in a process of its own: `node main.ts '{"apiKey":"k","models":["small"]}'`. Says on one line where it listens. */
const fake = await startFakeOpenAi(JSON.parse(process.argv[2] ?? '{}') as ProcessOptions)
console.log(JSON.stringify({ url: fake.url }))
process.once('SIGTERM', () => void fake.stop().then(() => process.exit(0)))

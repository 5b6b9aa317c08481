import { createServer } from 'node:net'
import { OpsError } from '../../errors/index.ts'

/** A free port below the range from which the kernel gives ports to connections, so that it is still free at a restart. */
export async function freePort(): Promise<number> {
  for (let attempt = 1; attempt <= 50; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    const isFree = await new Promise<boolean>((resolve) => {
      const probe = createServer()
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
    })
    if (isFree) return port
  }
  throw new OpsError('unavailable', 'no free port was found for the embedded Postgres')
}

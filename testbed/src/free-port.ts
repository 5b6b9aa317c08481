import { createServer } from 'node:net'

/** Below the ports that the kernel gives to connections, and below those of the embedded Postgres. */
const lowest = 10_000
const portsOfAWorker = 1_000
const workers = 10

const share = lowest + ((Number(process.env.JEST_WORKER_ID ?? 1) - 1) % workers) * portsOfAWorker
let next = Math.floor(Math.random() * portsOfAWorker)

/**
 * A TCP port of 127.0.0.1 on which nothing listens now. No connection is given it, no other test worker asks for it,
 * and this one does not ask for it again soon: it is still free when the program that is told of it starts, and when
 * that is started again.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 1; attempt <= portsOfAWorker; attempt++) {
    const port = share + (next++ % portsOfAWorker)
    if (await isFree(port)) return port
  }
  throw new Error(`no port of ${share} to ${share + portsOfAWorker - 1} is free`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}

import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { freePort } from '@akashic/testbed'

/** Starts the gateway of Portkey, our peer, that may ask providers on these ports of 127.0.0.1. */
export async function startPortkey(
  providerPorts: readonly number[],
): Promise<{ baseUrl: string; child: ChildProcess }> {
  const port = await freePort()
  const script = fileURLToPath(import.meta.resolve('@portkey-ai/gateway/build/start-server.js'))
  const child = spawn(process.execPath, [script, `--port=${port}`, '--headless'], {
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      TRUSTED_CUSTOM_HOSTS: ['127.0.0.1', ...providerPorts.map((each) => `127.0.0.1:${each}`)].join(','),
    },
  })
  process.once('exit', () => child.kill())
  const url = `http://127.0.0.1:${port}`
  const deadline = performance.now() + 30_000
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`Portkey's gateway ended with code ${child.exitCode}`)
    const answered = await fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
      () => true,
      () => false,
    )
    if (answered) return { baseUrl: `${url}/v1`, child }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  child.kill()
  throw new Error("Portkey's gateway did not answer within 30 s")
}

import { spawn, type ChildProcess } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, freePort } from '@akashic/testbed'
import { aMessage, aComponent } from '../testing/scripted-status-service.ts'
import { applyMessage } from './snapshot.ts'

let scratch: string
let gateway: ChildProcess | undefined
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'akashic-gateway-'))
})
afterEach(async () => {
  gateway?.kill('SIGKILL')
  await rm(scratch, { recursive: true, force: true })
})

/** Starts a gateway in a process of its own, whose database and status service do not answer. */
async function startAlone(): Promise<{ url: string; stderr: () => string; child: ChildProcess }> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const [keyFile, publicFile] = [join(scratch, 'key.pem'), join(scratch, 'key.pub.pem')]
  await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  await writeFile(publicFile, publicKey.export({ type: 'spki', format: 'pem' }))
  const [port, adminPort, nowhere] = [await freePort(), await freePort(), await freePort()]
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'main.ts')], {
    cwd: scratch,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      ADMIN_PORT: String(adminPort),
      AKASHIC_DATA_DIR: join(scratch, 'data'),
      DATABASE_URL: `postgres://nobody:nothing@127.0.0.1:${nowhere}/none`,
      STATUS_SVC_ADDR: `127.0.0.1:${nowhere}`,
      IDENTITY_PRIVATE_KEY_FILE: keyFile,
      IDENTITY_PUBLIC_KEYS_FILE: publicFile,
    },
  })
  gateway = child
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  return { url: `http://127.0.0.1:${port}`, stderr: () => stderr, child }
}

test('a gateway that starts while Postgres and the status service are down serves what it kept, with its age', async () => {
  const kept = applyMessage(
    null,
    aMessage({ isFull: true, components: [aComponent({ id: 'web' })] }),
    Date.now() - 60_000,
  )
  await mkdir(join(scratch, 'data', 'gateway'), { recursive: true })
  await writeFile(join(scratch, 'data', 'gateway', 'status-snapshot.json'), JSON.stringify(kept))
  const { url } = await startAlone()
  await eventually(async () => {
    const status = (await (await fetch(`${url}/status`)).json()) as { stale: boolean; ageMs: number }
    expect(status).toMatchObject({ stale: true, components: [{ id: 'web' }] })
    expect(status.ageMs).toBeGreaterThan(59_000)
  }, 20_000)
}, 40_000)

test('a gateway that has kept nothing says in one sentence that the database is away', async () => {
  const { child, stderr } = await startAlone()
  const [code] = (await once(child, 'exit')) as [number]
  expect(code).toBe(1)
  expect(stderr()).toMatch(/^akashic: Postgres at .* cannot be reached .*\n$/)
}, 40_000)

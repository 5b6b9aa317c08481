import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { eventually, makeAuthority, makeCertificate, type Certificate } from '@akashic/testbed'
import { ClusterModel } from '../model/cluster-model.ts'
import { followCluster } from '../watch/follow-cluster.ts'
import { ClusterClient } from './cluster-client.ts'

/** An API server that takes anybody and remembers who came: by token, and by certificate. */
async function startServer(authority: Certificate) {
  const { key, cert } = await makeCertificate({ authority })
  const came: string[] = []
  const ports = new Set<number | undefined>()
  const server: Server = createServer(
    { key, cert, ca: authority.cert, requestCert: true, rejectUnauthorized: false },
    (asked, answer) => {
      ports.add(asked.socket.remotePort)
      const { subject } = (asked.socket as TLSSocket).getPeerCertificate()
      came.push(asked.headers.authorization?.replace('Bearer ', '') ?? String(subject?.CN ?? 'nobody'))
      if (!asked.url?.includes('watch')) return void answer.end('{"kind":"Status"}')
      answer.write('\n')
    },
  )
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    ...{ came, ports, url: `https://127.0.0.1:${(server.address() as AddressInfo).port}` },
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

let folder: string
let authority: Certificate
let first: Awaited<ReturnType<typeof startServer>>
let second: Awaited<ReturnType<typeof startServer>>
let client: ClusterClient

beforeAll(async () => {
  authority = await makeAuthority()
  first = await startServer(authority)
  second = await startServer(authority)
})
afterAll(() => {
  first.stop()
  second.stop()
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'akashic-rotation-'))
  await writeFile(at('ca.crt'), authority.cert)
  first.came.length = 0
  second.came.length = 0
  client = new ClusterClient({ name: 'main', kubeconfig: at('config') })
})
afterEach(async () => {
  await client.close()
  await rm(folder, { recursive: true })
})

const at = (name: string): string => join(folder, name)
const kubeconfig = (user: object, { url } = first): string =>
  JSON.stringify({
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'c' },
    clusters: [{ name: 'c', cluster: { server: url, 'certificate-authority': 'ca.crt' } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  })
const ask = () => client.get('/version')

describe('credentials that are turned while the old ones still hold are the ones that are used from then on', () => {
  test('a token, by a file that is renamed into its place', async () => {
    await writeFile(at('config'), kubeconfig({ token: 'old' }))
    await ask()
    await writeFile(at('next'), kubeconfig({ token: 'new' }))
    await rename(at('next'), at('config'))
    await client.readAgain()
    await ask()
    expect(first.came).toEqual(['old', 'new'])
  })

  test('a file of a token, behind the links by which a kubelet turns projected volumes', async () => {
    for (const token of ['old', 'new']) {
      await mkdir(at(token))
      await writeFile(at(join(token, 'token')), `${token}\n`)
    }
    await symlink('old', at('..data'))
    await symlink(join('..data', 'token'), at('token'))
    await writeFile(at('config'), kubeconfig({ token: 'none', tokenFile: 'token' }))
    await ask()
    await symlink('new', at('..data_tmp'))
    await rename(at('..data_tmp'), at('..data'))
    await client.readAgain()
    await ask()
    expect(first.came).toEqual(['old', 'new'])
  })

  test('a certificate, by files that are written over', async () => {
    const use = async (name: string) => {
      const made = await makeCertificate({ authority, name })
      await Promise.all([writeFile(at('tls.crt'), made.cert), writeFile(at('tls.key'), made.key)])
    }
    await use('old')
    await writeFile(at('config'), kubeconfig({ 'client-certificate': 'tls.crt', 'client-key': 'tls.key' }))
    await ask()
    await use('new')
    await client.readAgain()
    await ask()
    expect(first.came).toEqual(['old', 'new'])
  })
})

test('where nothing is written nothing is read: requests keep their connection', async () => {
  await writeFile(at('config'), kubeconfig({ token: 'old' }))
  first.ports.clear()
  for (let times = 0; times < 3; times++) {
    await client.readAgain()
    await ask()
  }
  expect(first.ports.size).toBe(1)
})

test('when the server is another one, what is under way with the old one ends, and requests go to the new one', async () => {
  await writeFile(at('config'), kubeconfig({ token: 'x' }))
  const stream = await client.stream('/watch', { signal: AbortSignal.timeout(30_000) })
  const ended = (async () => {
    for await (const _ of stream);
  })()
  await writeFile(at('config'), kubeconfig({ token: 'x' }, second))
  await client.readAgain()
  await expect(ended).rejects.toThrow()
  await ask()
  expect([first.came, second.came]).toEqual([['x'], ['x']])
})

test('while the kubeconfig is half written or away what was read before stands, and it is read once it is whole', async () => {
  await writeFile(at('config'), kubeconfig({ token: 'old' }))
  await ask()
  await writeFile(at('config'), kubeconfig({ token: 'new' }).slice(0, 100))
  await client.readAgain()
  await ask()
  await rm(at('config'))
  await client.readAgain()
  await ask()
  await writeFile(at('config'), kubeconfig({ token: 'new' }))
  await client.readAgain()
  await ask()
  expect(first.came).toEqual(['old', 'old', 'old', 'new'])
})

test('who follows a cluster looks after its credentials by itself', async () => {
  await writeFile(at('config'), kubeconfig({ token: 'old' }))
  const model = new ClusterModel('main')
  const options = { client, model, now: Date.now, random: () => 0.1, warn: () => undefined }
  const follower = followCluster(options)
  follower.start()
  await eventually(() => expect(first.came).toContain('old'))
  await writeFile(at('config'), kubeconfig({ token: 'new' }))
  await eventually(() => expect(first.came).toContain('new'), 30_000)
  await follower.stop()
}, 40_000)

import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually, freePort, startHttp, testDatabase, type HttpServer, type TestDatabase } from '@akashic/testbed'

const standalone = fileURLToPath(new URL('../../standalone/src/main.ts', import.meta.url))
const bin = fileURLToPath(new URL('../bin/akashic.mjs', import.meta.url))

let folder: string
let database: TestDatabase
let target: HttpServer
let server: ChildProcess
let env: NodeJS.ProcessEnv

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'akashic-end-'))
  database = await testDatabase()
  target = await startHttp((_, response) => response.end('fine'))
  const [port, adminPort] = [await freePort(), await freePort()]
  await writeFile(join(folder, 'akashic.yaml'), configuration('5s'))
  env = {
    PATH: process.env.PATH,
    NODE_NO_WARNINGS: '1',
    DATABASE_URL: database.url,
    PORT: String(port),
    ADMIN_PORT: String(adminPort),
    AKASHIC_DATA_DIR: join(folder, 'state'),
    AKASHIC_URL: `http://127.0.0.1:${port}`,
  }
  server = spawn(process.execPath, [standalone], { cwd: folder, env, stdio: 'ignore' })
  await eventually(async () => expect(await akashic('status')).toMatchObject({ code: 0 }), 60_000)
}, 90_000)

afterAll(async () => {
  if (server.exitCode === null) {
    server.kill('SIGTERM')
    await once(server, 'exit')
  }
  await target.stop()
  await database.close()
  await rm(folder, { recursive: true, force: true })
}, 30_000)

function configuration(interval: string): string {
  const check = `{ kind: http, url: "${target.url}/", interval: ${interval}, failureThreshold: 1, successThreshold: 1 }`
  return `components:\n  - { id: web, name: Web, critical: true, checks: [${check}] }\n`
}

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function akashic(...argv: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...argv], { cwd: folder, env, timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

test('a component that is checked is told with its verdict', async () => {
  const { stdout } = await akashic('status')
  expect(stdout).toMatch(/● OPERATIONAL: 1 operational/)
  const shown = await akashic('component', 'show', 'web')
  expect(shown.stdout).toContain(`http ${target.url}/, every 5s`)
})

test('a change of akashic.yaml shows in config diff before it is saved, and in nothing afterwards', async () => {
  await writeFile(join(folder, 'next.yaml'), configuration('7s'))
  const before = await akashic('config', 'diff', 'next.yaml')
  expect(before.stdout).toContain('~ web\n    checks[0].interval: 5s -> 7s')
  await writeFile(join(folder, 'akashic.yaml'), configuration('7s'))
  await eventually(
    async () => expect((await akashic('config', 'diff')).stdout).toBe('No component would change.\n'),
    20_000,
  )
})

test('a component is created, refused twice, changed and deleted, and the audit tells it all', async () => {
  await writeFile(join(folder, 'made.yaml'), 'id: made\nname: Made by hand\n')
  expect((await akashic('component', 'create', 'made.yaml')).code).toBe(0)
  const again = await akashic('component', 'create', 'made.yaml')
  expect(again).toMatchObject({ code: 1, stdout: '' })
  expect(again.stderr).toContain('Creating the component: ')
  expect((await akashic('component', 'change', 'made', 'description=Changed')).stdout).toContain('version 2')
  expect((await akashic('component', 'change', 'web', 'name=Other')).code).toBe(1)
  expect((await akashic('component', 'delete', 'made')).code).toBe(0)
  expect((await akashic('component', 'show', 'made')).code).toBe(1)
  const { stdout } = await akashic('audit', '--subject', 'made', '--json')
  const entries = (JSON.parse(stdout) as { items: { action: string; actorName: string }[] }).items
  expect(entries.map((entry) => entry.action)).toEqual(['component.delete', 'component.update', 'component.create'])
  expect(new Set(entries.map((entry) => entry.actorName))).toEqual(new Set(['admin']))
})

test('an incident is opened as a draft, published, moved on, resolved and looked back at', async () => {
  const opened = await akashic(
    ...['incident', 'open', 'Checkout is down', '--severity', 'SEV-2', '--component', 'web', '--json'],
    ...['--say', 'We look into it.'],
  )
  const { id } = JSON.parse(opened.stdout) as { id: string }
  expect((await akashic('incident', 'show', id)).stdout).toMatch(/told nothing yet[^]*DRAFT[^]*We look into it/)
  expect((await akashic('incident', 'publish', id)).stdout).toContain('PUBLISHED investigating, admin')
  expect((await akashic('incident', 'role', id, 'incident_commander', 'Ada')).stdout).toContain('Ada')
  expect((await akashic('incident', 'tick', id, 'investigate.logs')).stdout).toMatch(/✔ +Gather logs and metrics/)
  const illegal = await akashic('incident', 'update', id, '--status', 'postmortem', '--say', 'x')
  expect(illegal).toMatchObject({ code: 1, stderr: expect.stringContaining('Allowed: ') })
  const moved = await akashic('incident', 'update', id, '--status', 'monitoring', '--say', 'It is out.', '--publish')
  expect(moved.stdout).toContain('investigating -> monitoring')
  expect((await akashic('incident', 'list')).stdout).toMatch(/1 incident open[^]*Checkout is down/)
  expect((await akashic('incident', 'resolve', id, '--say', 'It works.', '--publish')).code).toBe(0)
  expect((await akashic('incident', 'list')).stdout).toContain('No incident is open')

  expect((await akashic('incident', 'timeline', id)).stdout).toMatch(/opened +person:admin/)
  expect((await akashic('incident', 'verify', id)).stdout).toContain('INTACT')
  const draft = await akashic('incident', 'postmortem', id)
  expect(draft.stdout).toMatch(/^# [^]*Checkout is down[^]*It works\./)
  await writeFile(join(folder, 'postmortem.md'), draft.stdout)
  const saved = await akashic('incident', 'postmortem', id, '--save', 'postmortem.md', '--publish')
  expect(saved.stdout).toContain('version 1, published')
  await akashic('action-item', 'add', id, 'Alert earlier', '--owner', 'Ada', '--due', '14d')
  const items = JSON.parse((await akashic('action-item', 'list', '--json')).stdout) as { id: string }[]
  expect((await akashic('action-item', 'done', id, items[0]!.id)).stdout).toBe('Done: Alert earlier.\n')
  expect((await akashic('action-item', 'list')).stdout).toContain('Nothing is left to do')
}, 60_000)

test('a restricted incident does not exist for an operator', async () => {
  const open = ['incident', 'open', 'A key leaked', '--severity', 'SEV-1', '--say', 'x', '--visibility', 'restricted']
  const { id } = JSON.parse((await akashic(...open, '--json')).stdout) as { id: string }
  const key = (await akashic('key', 'create', 'olga', '--role', 'operator')).stdout.trim()
  const admin = env
  env = { ...admin, AKASHIC_API_KEY: key }
  const answers = [
    await akashic('incident', 'show', id),
    await akashic('incident', 'timeline', id),
    await akashic(...open),
  ]
  const listed = await akashic('incident', 'list')
  env = admin
  expect(answers.map(({ code }) => code)).toEqual([1, 1, 1])
  expect(listed.stdout).not.toContain('A key leaked')
  expect((await akashic('incident', 'resolve', id, '--say', 'It was turned.')).code).toBe(0)
}, 30_000)

test('a key works until it is revoked, within its role', async () => {
  const { stdout } = await akashic('key', 'create', 'bob', '--role', 'viewer', '--expires', '1d')
  const key = stdout.trim()
  const asBob = (...argv: string[]): Promise<Ran> => {
    const admin = env
    env = { ...admin, AKASHIC_API_KEY: key }
    const ran = akashic(...argv)
    env = admin
    return ran
  }
  expect((await asBob('component', 'list')).code).toBe(0)
  expect((await asBob('key', 'list')).stderr).toContain('Reading the keys: ')
  const keys = JSON.parse((await akashic('key', 'list', '--json')).stdout) as {
    id: string
    principal: { name: string }
  }[]
  const { id } = keys.find((one) => one.principal.name === 'bob')!
  expect(JSON.stringify(keys)).not.toContain(key)
  expect((await akashic('key', 'revoke', id)).code).toBe(0)
  await eventually(async () => expect((await asBob('component', 'list')).code).toBe(1), 10_000)
})

test('an outage is told by status with its exit code, and a correction of it is kept beside the record', async () => {
  await target.stop()
  await eventually(async () => expect((await akashic('status')).code).toBe(4), 30_000)
  const told = await akashic('status')
  expect(told.stdout).toMatch(/✖ OUTAGE: 1 out[\s\S]*connect ECONNREFUSED[\s\S]*akashic component show web/)
  const page = JSON.parse((await akashic('component', 'history', 'web', '--json')).stdout) as {
    items: { from: string; to: string | null }[]
  }
  const up = page.items[1]!
  const wrong = ['correct', 'web', '--from', up.from, '--to', up.to!, '--status', 'degraded', '--reason', 'it was slow']
  expect(await akashic(...wrong)).toMatchObject({ code: 0 })
  const history = await akashic('component', 'history', 'web')
  expect(history.stdout).toContain('corrected by admin (was operational): it was slow')
})

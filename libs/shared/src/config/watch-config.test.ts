import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@akashic/testbed'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { z } from 'zod'
import { systemClock } from '../clock/index.ts'
import { watchConfig, type WatchedConfig } from './index.ts'

const schema = z.strictObject({ title: z.string(), notes: z.array(z.string()).default([]) })
type Title = z.output<typeof schema>

let folder: string
let path: string
let watched: WatchedConfig<Title>
let metrics: Registry
let log: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'akashic-watch-'))
  path = join(folder, 'akashic.yaml')
  metrics = new Registry()
  log = []
  await writeFile(path, 'title: one')
  watched = await watchConfig(schema, {
    path,
    env: {},
    clock: systemClock,
    metrics,
    log: pino({}, { write: (line: string) => log.push(line) }),
  })
})

afterEach(async () => {
  watched.stop()
  await rm(folder, { recursive: true })
})

async function reloadOk(): Promise<string> {
  return /^akashic_config_reload_ok (\d)/m.exec(await metrics.metrics())![1]!
}

test('a change of the file is taken over and told to whoever listens', async () => {
  const heard: string[] = []
  watched.onReload((next) => void heard.push(next.title))
  await writeFile(path, 'title: two')
  await eventually(() => expect(heard).toEqual(['two']), 5_000)
  expect(watched.current().title).toBe('two')
})

test('a file that an editor puts in its place by renaming is followed, again and again', async () => {
  for (const title of ['two', 'three']) {
    await writeFile(join(folder, '.akashic.yaml.swp'), `title: ${title}`)
    await rename(join(folder, '.akashic.yaml.swp'), path)
    await eventually(() => expect(watched.current().title).toBe(title), 5_000)
  }
})

test('a folder akashic.d that comes later is followed', async () => {
  await mkdir(join(folder, 'akashic.d'))
  await writeFile(join(folder, 'akashic.d', 'a.yaml'), 'notes: [first]')
  await eventually(() => expect(watched.current().notes).toEqual(['first']), 5_000)
  await writeFile(join(folder, 'akashic.d', 'a.yaml'), 'notes: [second]')
  await eventually(() => expect(watched.current().notes).toEqual(['second']), 5_000)
})

test('a broken reload keeps the running configuration and says so in problem, log and metric, until it is mended', async () => {
  const heard: string[] = []
  watched.onReload((next) => void heard.push(next.title))
  expect(await reloadOk()).toBe('1')
  await writeFile(path, 'titel: two')
  await watched.reload()
  expect(watched.current().title).toBe('one')
  expect(watched.problem()).toContain(':1 titel: unknown key; did you mean title?')
  expect(await reloadOk()).toBe('0')
  expect(log.join()).toContain('configuration refused')
  await writeFile(path, 'title: one')
  await watched.reload()
  expect(watched.problem()).toBeNull()
  expect(await reloadOk()).toBe('1')
  expect(heard).toEqual([])
})

test('a file that is gone keeps the running configuration', async () => {
  await rm(path)
  await watched.reload()
  expect(watched.current().title).toBe('one')
  expect(watched.problem()).toContain('there is no such file')
})

test('a listener that fails does not keep the others from hearing', async () => {
  const heard: string[] = []
  watched.onReload(() => Promise.reject(new Error('no')))
  watched.onReload((next) => void heard.push(next.title))
  await writeFile(path, 'title: two')
  await watched.reload()
  expect(heard).toEqual(['two'])
  expect(log.join()).toContain('could not take over')
})

test('a reload that changes nothing is told to nobody', async () => {
  let times = 0
  watched.onReload(() => void (times += 1))
  await writeFile(path, 'title: one')
  await watched.reload()
  expect(times).toBe(0)
})

test('SIGHUP reloads', async () => {
  await writeFile(path, 'title: two')
  process.emit('SIGHUP')
  await eventually(() => expect(watched.current().title).toBe('two'), 5_000)
})

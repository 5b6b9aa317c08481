import { spawn } from 'node:child_process'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { claimDataFolder } from './index.ts'

let parent: string
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'akashic-data-folder-'))
})
afterEach(() => rm(parent, { recursive: true, force: true }))

test('the folder is made, and nobody but its owner may list it', async () => {
  const folder = await claimDataFolder(join(parent, 'a', 'b'))
  expect((await stat(folder.dir)).mode & 0o066).toBe(0)
  folder.release()
})

test('a second claim is refused while the first holds, and granted once it is released', async () => {
  const first = await claimDataFolder(parent)
  await expect(claimDataFolder(parent)).rejects.toMatchObject({
    code: 'failed_precondition',
    message: expect.stringContaining(`in use by another process (pid ${process.pid})`) as string,
  })
  first.release()
  const second = await claimDataFolder(parent)
  second.release()
})

test('a process that is killed leaves the folder free', async () => {
  const script = `
    import { claimDataFolder } from '@akashic/shared/data-folder'
    await claimDataFolder(${JSON.stringify(parent)})
    console.log('claimed')
    setInterval(() => {}, 1000)`
  const holder = spawn('node', ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve) => holder.stdout.once('data', resolve))
  await expect(claimDataFolder(parent)).rejects.toThrow(`pid ${holder.pid}`)
  holder.kill('SIGKILL')
  await new Promise((resolve) => holder.once('close', resolve))
  const folder = await claimDataFolder(parent)
  folder.release()
})

test('a path that cannot be a folder is refused in one sentence', async () => {
  await writeFile(join(parent, 'file'), '')
  await expect(claimDataFolder(join(parent, 'file', 'x'))).rejects.toMatchObject({
    code: 'failed_precondition',
    message: expect.stringMatching(
      /cannot be written \(a part of its path is a file\); set AKASHIC_DATA_DIR/,
    ) as string,
  })
})

const onLinux = process.platform === 'linux' ? test : test.skip

onLinux('a place where no folder can be made is refused at once', async () => {
  await expect(claimDataFolder('/proc/akashic/data')).rejects.toMatchObject({
    code: 'failed_precondition',
    message: expect.stringContaining('/proc/akashic/data cannot be written (no folder can be made there)') as string,
  })
})

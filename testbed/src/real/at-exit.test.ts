import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { atExit } from './at-exit.ts'
import { startChildServer } from './child-server.ts'
import { freePort } from '../free-port.ts'

const run = (script: string) =>
  promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    env: { PATH: process.env['PATH'] },
    timeout: 20_000,
  })

describe('what is to be done when a process ends', () => {
  test('is done by one listener, however much it is', () => {
    const before = process.listenerCount('exit')
    const takeBack = Array.from({ length: 20 }, () => atExit(() => undefined))
    expect(process.listenerCount('exit')).toBe(before + 1)
    for (const undo of takeBack) undo()
    expect(process.listenerCount('exit')).toBe(before)
  })

  test('is done then, unless it was taken back', async () => {
    const { stdout } = await run(`
      import { atExit } from './at-exit.ts'
      for (const word of ['one', 'two', 'three']) atExit(() => console.log(word))
      atExit(() => console.log('never'))()
    `)
    expect(stdout.trim().split('\n')).toEqual(['one', 'two', 'three'])
  })

  test('folders go, and no listener too many is warned of', async () => {
    const { stdout, stderr } = await run(`
      import { scratchFolder } from './scratch-folder.ts'
      for (let n = 0; n < 20; n++) console.log(scratchFolder('exit'))
    `)
    const folders = stdout.trim().split('\n')
    expect(folders).toHaveLength(20)
    expect(folders.filter((folder) => existsSync(folder))).toEqual([])
    expect(stderr).not.toContain('MaxListenersExceededWarning')
  })

  test('is nothing for a server that was stopped', async () => {
    const before = process.listenerCount('exit')
    const port = await freePort()
    const args = ['-e', `require('node:net').createServer().listen(${port}, '127.0.0.1')`]
    const server = await startChildServer({ port, program: process.execPath, args })
    expect(process.listenerCount('exit')).toBe(before + 1)
    await server.stop()
    await server.start()
    await server.stop()
    expect(process.listenerCount('exit')).toBe(before)
  })
})

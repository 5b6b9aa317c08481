import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCluster, passwordOf } from './create-cluster.ts'
import type { ServerBinaries } from './server-binaries.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'akashic-cluster-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

test('a cluster that cannot be made is told in one sentence, and leaves nothing behind', async () => {
  const initdb = join(dir, 'initdb')
  const said = [
    'creating subdirectories ... ok',
    'initdb: error: could not write to file "pg_wal/xlogtemp.1": No space left on device',
    'initdb: removing contents of data directory',
  ]
  await writeFile(initdb, `#!/bin/sh\n${said.map((line) => `echo '${line}' >&2`).join('\n')}\nexit 1\n`)
  await chmod(initdb, 0o755)
  const made = createCluster({ initdb } as ServerBinaries, {}, join(dir, 'postgres'), 'a-password')
  await expect(made).rejects.toMatchObject({
    code: 'failed_precondition',
    message: `no database can be made in ${dir}: could not write to file "pg_wal/xlogtemp.1": No space left on device`,
  })
  expect(await readdir(dir)).toEqual(['initdb'])
})

test('a password that cannot be kept is told in one sentence', async () => {
  await expect(passwordOf(join(dir, 'gone'), false)).rejects.toMatchObject({
    code: 'failed_precondition',
    message: expect.stringMatching(/postgres\.password cannot be written: ENOENT/) as string,
  })
})

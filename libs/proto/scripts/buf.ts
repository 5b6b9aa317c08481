/** Lints the .proto files and refuses what would break peers of the last release (released.binpb);
 *  with `--release`, takes the present files as the new release. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const cwd = fileURLToPath(new URL('..', import.meta.url))
const buf = fileURLToPath(import.meta.resolve('@bufbuild/buf/bin/buf'))
const released = 'released.binpb'

const commands = process.argv.includes('--release')
  ? [['build', '--exclude-source-info', '-o', released]]
  : [['lint'], ['breaking', '--against', released]]

for (const args of commands) {
  const { status } = spawnSync(process.execPath, [buf, ...args], { cwd, stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}

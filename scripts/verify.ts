/** One command that checks everything but behaviour: types, lint, format, protos, generated files, dead code. */
import { spawnSync } from 'node:child_process'

const steps: readonly (readonly [name: string, command: string])[] = [
  ['types', 'tsc -p tsconfig.json'],
  ['types of the page script', 'tsc -p libs/status-page/client'],
  ['lint', 'nx run-many -t lint --outputStyle=static'],
  ['lint of scripts', 'eslint scripts'],
  ['format', 'prettier --check --log-level warn .'],
  ['protos', 'node libs/proto/scripts/buf.ts'],
  ['generated protos', 'node libs/proto/scripts/generate.ts --check'],
  ['generated reference', 'node libs/config/src/reference/main.ts --check'],
  ['generated page script', 'node libs/status-page/scripts/generate-client.ts --check'],
  ['generated event documents', 'node libs/events/scripts/generate-docs.ts --check'],
  ['dead code', 'knip --no-progress'],
]

let failures = 0
for (const [name, command] of steps) {
  const started = performance.now()
  const { status, stdout, stderr } = spawnSync(command, {
    shell: true,
    encoding: 'utf8',
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
  })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'}  ${name.padEnd(26)} ${seconds} s`)
  if (status === 0) continue
  failures += 1
  console.log(stdout + stderr)
}
process.exitCode = failures === 0 ? 0 : 1

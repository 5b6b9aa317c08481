/** `npm run test:long -- NAME --seeds N [--resume]`: a suite of random faults, once for each seed. Closes with the figures that
 *  belong into docs/reliability.md. `--resume` goes on after the last seed that passed on this commit. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const suites: Readonly<Record<string, string>> = {
  crash: 'apps/standalone/src/crash.e2e.test.ts',
  replicas: 'apps/standalone/src/replicas.e2e.test.ts',
  'database-away': 'apps/standalone/src/database-away.e2e.test.ts',
  'incident-crash': 'apps/standalone/src/incident-crash.e2e.test.ts',
  'load-test-truth': 'libs/load-test/src/run/truth.test.ts',
  'notification-crash': 'apps/standalone/src/notification-crash.e2e.test.ts',
}

interface Progress {
  readonly commit: string
  readonly passed: readonly number[]
  readonly failed: readonly number[]
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string', default: '50' }, resume: { type: 'boolean', default: false } },
})
const name = positionals[0] ?? ''
const suite = suites[name]
const seeds = Number(values.seeds)
if (!suite || !Number.isInteger(seeds) || seeds < 1) {
  console.error(
    `Usage: npm run test:long -- NAME --seeds N [--resume]. NAME is one of ${Object.keys(suites).join(', ')}.`,
  )
  process.exit(2)
}

const folder = join(import.meta.dirname, '..', '.akashic', 'test-long')
const file = join(folder, `${name}.json`)
await mkdir(folder, { recursive: true })
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
const kept = values.resume ? await readProgress(file, commit) : null
const passed = [...(kept?.passed ?? [])]
const failed: number[] = []
for (let seed = 1; seed <= seeds; seed += 1) {
  if (passed.includes(seed)) continue
  const { status } = spawnSync(process.execPath, ['scripts/test.ts', suite], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, AKASHIC_LONG: '1', AKASHIC_SEED: String(seed) },
  })
  if (status === 0) passed.push(seed)
  else failed.push(seed)
  console.log(`seed ${seed}: ${status === 0 ? 'passed' : 'FAILED'}`)
  await writeFile(file, JSON.stringify({ commit, passed, failed } satisfies Progress))
}
console.log(
  `\n${name} at ${commit}: ${passed.length} passed, ${failed.length} failed${failed.length ? ` (seeds ${failed.join(', ')})` : ''}`,
)
process.exitCode = failed.length === 0 ? 0 : 1

async function readProgress(path: string, ofCommit: string): Promise<Progress | null> {
  const text = await readFile(path, 'utf8').catch(() => null)
  const progress = text === null ? null : (JSON.parse(text) as Progress)
  return progress?.commit === ofCommit ? progress : null
}

import { installPart } from './parts/install-part.ts'
import { parts } from './parts/parts.ts'
import type { PartName } from './parts/parts.ts'

/** `npm run testbed`: installs whatever real parts this machine lacks and prints a line for each.
 *  Exits 1 when one could not be had. */
let failures = 0
for (const name of Object.keys(parts) as PartName[]) {
  const started = performance.now()
  const problem = await installPart(name)
  const took = `${((performance.now() - started) / 1_000).toFixed(1)} s`
  if (problem !== undefined) failures++
  console.log(
    `${name.padEnd(14)}${(problem === undefined ? parts[name].version() : 'MISSING').padEnd(18)}${took.padStart(8)}`,
  )
  if (problem !== undefined) console.error(`  ${problem}`)
}
process.exitCode = failures === 0 ? 0 : 1

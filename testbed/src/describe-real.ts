import { appendFileSync } from 'node:fs'
import { parts } from './parts/parts.ts'
import type { PartName } from './parts/parts.ts'

/** A suite that needs a real part of the machine. Without the part it is skipped and, when `AKASHIC_SKIPPED_FILE` names a
 *  file, noted there as `part<TAB>test file`; with `AKASHIC_REQUIRE_REAL=1` a missing part fails instead. */
export function describeReal(part: PartName, suite: () => void): void {
  if (parts[part].isPresent()) {
    describe(`with real ${part}`, suite)
    return
  }
  if (process.env['AKASHIC_REQUIRE_REAL'] === '1') {
    test(`${part} is installed`, () => {
      throw new Error(`${part} is missing on this machine: npm run testbed installs it`)
    })
    return
  }
  const note = process.env['AKASHIC_SKIPPED_FILE']
  if (note) appendFileSync(note, `${part}\t${expect.getState().testPath ?? ''}\n`)
  describe.skip(`with real ${part} (missing: npm run testbed installs it)`, suite)
}

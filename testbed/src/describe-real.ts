import { parts } from './parts/parts.ts'
import type { PartName } from './parts/parts.ts'

/** A suite that needs a real part of the machine. Without the part it is skipped and named `needs PART`;
 *  with `AKASHIC_REQUIRE_REAL=1` a missing part fails instead. */
export function describeReal(part: PartName, suite: () => void): void {
  if (parts[part].isPresent()) {
    describe(`with real ${part}`, suite)
  } else if (process.env['AKASHIC_REQUIRE_REAL'] === '1') {
    test(`${part} is installed`, () => {
      throw new Error(`${part} is missing on this machine: npm run testbed installs it`)
    })
  } else {
    describe.skip(`needs ${part}`, suite)
  }
}

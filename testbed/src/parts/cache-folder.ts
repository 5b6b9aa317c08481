import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where the testbed keeps what it downloads, outside the work tree so that a clean checkout finds it again. */
export function cacheFolder(): string {
  return process.env['AKASHIC_TESTBED_CACHE'] ?? join(homedir(), '.cache', 'akashic-testbed')
}

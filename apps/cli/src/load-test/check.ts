import { originsOf } from '@akashic/load-test'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { counted } from '../terminal/words.ts'
import { readFileOfTest } from './read-file.ts'

/** Tells whether a load test is written right, without sending anything. */
export async function checkLoadTestFile(
  session: Session,
  file: string,
  options: { readonly env?: readonly string[] },
): Promise<number> {
  const test = await readFileOfTest(session, file, options.env)
  const { terminal } = session
  const counts = `${counted(test.scenarios.length, 'scenario')}, ${counted(test.thresholds.length, 'threshold')}`
  terminal.print(`${terminal.paint.green('ok')}  ${file} is right: ${counts}`)
  terminal.print(`    it would load ${originsOf(test).join(', ')}`)
  return exitCodes.ok
}

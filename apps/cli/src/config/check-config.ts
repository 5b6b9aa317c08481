import { ConfigError } from '@akashic/shared/config'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { counted } from '../terminal/words.ts'
import { configFile, readConfig, refusalOf } from './read-config.ts'

/** Tells whether a configuration is valid, and every mistake when it is not. */
export async function checkConfig(
  session: Session,
  given: string | undefined,
  options: { json?: true },
): Promise<number> {
  const { terminal } = session
  const file = configFile(session, given)
  try {
    const { components } = await readConfig(session, file)
    const checks = components.reduce((sum, component) => sum + component.checks.length, 0)
    const internal = components.filter((component) => component.visibility === 'internal').length
    const counts = { components: components.length, internal, checks }
    if (options.json) terminal.print(JSON.stringify({ file, isValid: true, problems: [], ...counts }, null, 2))
    else {
      const summary = `${counted(components.length, 'component')} (${internal} internal), ${counted(checks, 'check')}`
      terminal.print(`${terminal.paint.green('ok')}  ${file} is valid: ${summary}`)
    }
    return exitCodes.ok
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    if (!options.json) throw refusalOf(error, file)
    terminal.print(JSON.stringify({ file, isValid: false, problems: error.problems }, null, 2))
    return exitCodes.failed
  }
}

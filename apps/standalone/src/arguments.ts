import { parseArgs } from 'node:util'
import { defaultConfig } from '@akashic/config'

const usage = `Usage: npm start -- [--watch <url>]...

Runs every module of the configuration in one process, with a Postgres of its own unless DATABASE_URL is set.

  npm start
  npm start -- --watch https://example.org --watch postgres://app:secret@db.internal/app
  AKASHIC_CONFIG=/etc/akashic/akashic.yaml PORT=80 HOST=0.0.0.0 npm start
`

/** What a run without akashic.yaml shall watch besides itself. Ends the process with code 2 where the arguments are wrong. */
export function watchTargets(argv: readonly string[], configPath: string | null): readonly string[] {
  const { watch, help } = parsed(argv)
  if (help) {
    process.stdout.write(usage)
    process.exit(0)
  }
  if (watch.length > 0 && configPath !== null) {
    refuse(
      `--watch is for a start without a configuration, and ${configPath} is there: add the component to it instead`,
    )
  }
  try {
    defaultConfig(watch)
  } catch (error) {
    refuse(
      `--watch: ${error instanceof Error && error.name === 'TargetError' ? error.message : 'not a URL that can be checked'}`,
    )
  }
  return watch
}

function parsed(argv: readonly string[]): { watch: string[]; help: boolean } {
  try {
    return parseArgs({
      args: [...argv],
      options: { watch: { type: 'string', multiple: true, default: [] }, help: { type: 'boolean', default: false } },
    }).values
  } catch (error) {
    return refuse((error as Error).message)
  }
}

function refuse(sentence: string): never {
  process.stderr.write(`akashic: ${sentence}\n\n${usage}`)
  process.exit(2)
}

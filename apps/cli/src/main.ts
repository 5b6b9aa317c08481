import { resolve } from 'node:path'
import { systemClock } from '@akashic/shared/clock'
import { runCommand } from './run-command.ts'
import { terminalOf } from './terminal/terminal.ts'

const interrupt = new AbortController()
process.once('SIGINT', () => interrupt.abort())
process.once('SIGTERM', () => interrupt.abort())
process.stdout.on('error', () => process.exit())
// What Node tells the developers of a library is no matter of an operator.
process.removeAllListeners('warning')

/** `npm run akashic` moves to the workspace; names of files are still those of whoever called it. */
const isRunByNpm = process.env['npm_lifecycle_event'] === 'akashic'
const callersFolder = (isRunByNpm && process.env['INIT_CWD']) || process.cwd()

process.exitCode = await runCommand(process.argv.slice(2), {
  terminal: terminalOf(process.stdout, process.stderr, process.env),
  env: process.env,
  cwd: callersFolder,
  dataDir: resolve(process.env['AKASHIC_DATA_DIR'] || '.akashic'),
  clock: systemClock,
  monotonicMs: () => performance.now(),
  random: Math.random,
  signal: interrupt.signal,
})

import { systemClock } from '@akashic/shared/clock'
import { runCommand } from './run-command.ts'
import { terminalOf } from './terminal/terminal.ts'

const interrupt = new AbortController()
process.once('SIGINT', () => interrupt.abort())
process.once('SIGTERM', () => interrupt.abort())
process.stdout.on('error', () => process.exit())

process.exitCode = await runCommand(process.argv.slice(2), {
  terminal: terminalOf(process.stdout, process.stderr, process.env),
  env: process.env,
  cwd: process.env['INIT_CWD'] ?? process.cwd(),
  clock: systemClock,
  monotonicMs: () => performance.now(),
  signal: interrupt.signal,
})

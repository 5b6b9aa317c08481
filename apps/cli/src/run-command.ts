import { Command, CommanderError, Help, type Option } from 'commander'
import { addActionItemCommands } from './action-item/commands.ts'
import { addAiCommands } from './ai/commands.ts'
import { addAlertCommands } from './alert/commands.ts'
import { addAuditCommand } from './audit/command.ts'
import { addCheckCommand } from './check/command.ts'
import { CliError, complainOf } from './cli-error.ts'
import { addComponentCommands } from './component/commands.ts'
import { addConfigCommands } from './config/commands.ts'
import { addCorrectCommand } from './correction/command.ts'
import { addEventCommands } from './events/commands.ts'
import { exitCodes, exitCodesHelp } from './exit-codes.ts'
import { addIncidentCommands } from './incident/commands.ts'
import { addInfraCommands } from './infra/commands.ts'
import { addKeyCommands } from './key/commands.ts'
import { addLoadTestCommands } from './load-test/commands.ts'
import { addMaintenanceCommands } from './maintenance/commands.ts'
import { addNotifyCommands } from './notify/commands.ts'
import { addOnCallCommands } from './oncall/commands.ts'
import type { Session } from './session.ts'
import { addStatusCommand } from './status/command.ts'
import { addTruthCommand } from './truth/command.ts'

/** A command's work; what it returns is the exit code. */
export type Work = () => Promise<number>

/** Runs one command line. @returns the exit code */
export async function runCommand(argv: readonly string[], session: Session): Promise<number> {
  let code: number = exitCodes.ok
  const program = programOf(session, async (work) => {
    code = await work()
  })
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    if (!(error instanceof CliError)) throw error
    complainOf(error, session.terminal)
    return error.exitCode
  }
}

/** As usual, and whether it may be left out. */
const optionDescription = (option: Option): string =>
  `${new Help().optionDescription(option)}${option.mandatory ? ' (required)' : ''}`.trim()

function programOf(session: Session, run: (work: Work) => Promise<void>): Command {
  const { terminal } = session
  const program = new Command('akashic')
    .description('Tells how things are, makes checks, and runs an Akashic server.')
    .configureOutput({
      writeOut: (text) => terminal.write(text),
      writeErr: (text) => terminal.complain(text.trimEnd()),
      getOutHelpWidth: () => Math.min(terminal.columns, 100),
      getErrHelpWidth: () => Math.min(terminal.columns, 100),
    })
    .configureHelp({ optionDescription })
    .exitOverride()
    .showHelpAfterError('Run the same with --help to see how it is used.')
    .addHelpText(
      'after',
      `
Examples:
  akashic status                                  how things are, worst first
  akashic check http https://example.org          one check from here, now
  akashic config check                            is akashic.yaml right?

Server: AKASHIC_URL (default http://127.0.0.1:8080)
Key:    AKASHIC_API_KEY, else admin.key of the data folder (AKASHIC_DATA_DIR, default .akashic)
${exitCodesHelp}`,
    )
  addStatusCommand(program, session, run)
  addIncidentCommands(program, session, run)
  addMaintenanceCommands(program, session, run)
  addAlertCommands(program, session, run)
  addOnCallCommands(program, session, run)
  addNotifyCommands(program, session, run)
  addInfraCommands(program, session, run)
  addAiCommands(program, session, run)
  addLoadTestCommands(program, session, run)
  addEventCommands(program, session, run)
  addActionItemCommands(program, session, run)
  addTruthCommand(program, session, run)
  addCheckCommand(program, session, run)
  addConfigCommands(program, session, run)
  addComponentCommands(program, session, run)
  addCorrectCommand(program, session, run)
  addKeyCommands(program, session, run)
  addAuditCommand(program, session, run)
  return program
}

import type { Command } from 'commander'
import { openApi } from '../api/api.ts'
import { exitCodeOf, exitCodes, exitCodesHelp } from '../exit-codes.ts'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'
import { followStatus, type Sight } from './follow-status.ts'
import { renderPicture } from './render-picture.ts'
import { takePicture, type StatusPicture } from './status-picture.ts'
import { changeLines } from './tell-changes.ts'

interface StatusOptions {
  readonly json?: true
  readonly watch?: true
}

export function addStatusCommand(program: Command, session: Session, run: (work: Work) => Promise<void>): void {
  program
    .command('status')
    .description('Tell how things are: the verdict, what is wrong, worst first, and what to do.')
    .option('--json', "the server's answer as it is; with --watch one line for each change")
    .option('--watch', 'stay and show each change as it comes')
    .addHelpText(
      'after',
      `
Examples:
  akashic status
  akashic status --watch
  akashic status --json | jq -r '.components[] | select(.status != "operational") | .id'
${exitCodesHelp}`,
    )
    .action((options: StatusOptions) =>
      run(() => (options.watch ? watchStatus(session, options) : showStatus(session, options))),
    )
}

async function showStatus({ terminal, env, dataDir, clock }: Session, options: StatusOptions): Promise<number> {
  const taken = await takePicture(await openApi(env, dataDir))
  if (options.json) terminal.print(JSON.stringify(taken.picture, null, 2))
  else for (const line of renderPicture(taken, terminal, clock.now())) terminal.print(line)
  return taken.picture.stale ? exitCodes.unknown : exitCodeOf(taken.picture.overall)
}

async function watchStatus(session: Session, options: StatusOptions): Promise<number> {
  const { terminal, env, dataDir, signal } = session
  const show = options.json ? showAsJson(session) : terminal.isInteractive ? redraw(session) : tellInLines(session)
  for await (const sight of followStatus(await openApi(env, dataDir), signal)) show(sight)
  return exitCodes.ok
}

function showAsJson({ terminal }: Session): (sight: Sight) => void {
  let last = ''
  return (sight) => {
    if (!('taken' in sight)) return terminal.complain(sight.lost)
    const line = JSON.stringify(sight.taken.picture)
    if (contentOf(sight.taken.picture) !== last) terminal.print(line)
    last = contentOf(sight.taken.picture)
  }
}

/** What makes two pictures differ, without the times that always move. */
function contentOf({ asOf: _asOf, ageMs: _ageMs, ...content }: StatusPicture & { readonly asOf?: string }): string {
  return JSON.stringify(content)
}

function redraw({ terminal, clock }: Session): (sight: Sight) => void {
  let lines: string[] = []
  return (sight) => {
    if ('taken' in sight) lines = renderPicture(sight.taken, terminal, clock.now())
    const footer =
      'taken' in sight ? 'Ctrl-C ends.' : `No word from the server: ${sight.lost}. Shown is what was known before.`
    const clear = '\u001b[H\u001b[2J'
    terminal.write(`${clear}${[...lines, '', terminal.paint.dim(footer)].join('\n')}\n`)
  }
}

function tellInLines({ terminal }: Session): (sight: Sight) => void {
  let before: StatusPicture | null = null
  return (sight) => {
    if (!('taken' in sight)) return terminal.complain(sight.lost)
    for (const line of changeLines(before, sight.taken.picture)) terminal.print(line)
    before = sight.taken.picture
  }
}

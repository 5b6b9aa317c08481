import { Option, type Command } from 'commander'
import { parseCount } from '../parse-option.ts'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'
import type { QueueOptions } from './list-requests.ts'
import { requestStateNames } from './queued-request.ts'
import type { QualityOptions } from './show-quality.ts'

type Run = (work: Work) => Promise<void>

export function addAiCommands(program: Command, session: Session, run: Run): void {
  const ai = program
    .command('ai')
    .description('AI providers: how they are, how good their answers are, and what waits to be tried again.')
    .addHelpText('after', examples('diagnose', 'quality --window 500', 'queue --state failed'))
  addHealth(ai, session, run)
  addQuality(ai, session, run)
  addQueue(ai, session, run)
}

function addHealth(ai: Command, session: Session, run: Run): void {
  ai.command('diagnose')
    .description('Tell how the AI providers are, worst first, and what to do.')
    .option('--refresh', 'ask every provider again first')
    .option('--json', 'the report as JSON')
    .addHelpText(
      'after',
      `${examples(
        'diagnose',
        'diagnose --refresh',
        'diagnose --json | jq -r \'.providers[].circuits[] | select(.state != "closed")\'',
      )}

Exit codes: 0 all are well, 3 some are degraded or cannot be used, 4 none can be used,
5 it is not known`,
    )
    .action((options: { refresh?: true; json?: true }) =>
      run(async () => (await import('./diagnose.ts')).diagnose(session, options)),
    )
  ai.command('providers')
    .description('List the AI providers, worst first, with their limits and circuits.')
    .option('--json', 'the providers as JSON')
    .addHelpText(
      'after',
      examples(
        'providers',
        "providers --json | jq -r '.[].name'",
        'providers --json | jq -r \'.[] | select(.overall == "failed") | .apiConnectivity.error\'',
      ),
    )
    .action((options: { json?: true }) =>
      run(async () => (await import('./list-providers.ts')).listProviders(session, options)),
    )
}

function addQuality(ai: Command, session: Session, run: Run): void {
  ai.command('quality')
    .description('Tell how good the newest answers are, and whether they get worse.')
    .option('--window <count>', 'the newest so many answers, at most 1000', parseCount(1_000), 100)
    .option('--provider <name>', 'only answers of this provider')
    .option('--model <name>', 'only answers of this model')
    .option('--json', 'the report as JSON')
    .addHelpText(
      'after',
      `${examples(
        'quality',
        'quality --provider openai --model gpt-4o --window 500',
        "quality --json | jq '.metrics.coherenceScore'",
      )}

Exit codes: 0 good, 3 there is an alert or a model got worse, 5 nothing was measured`,
    )
    .action((options: QualityOptions) =>
      run(async () => (await import('./show-quality.ts')).showQuality(session, options)),
    )
}

function addQueue(ai: Command, session: Session, run: Run): void {
  const queue = ai
    .command('queue')
    .description('Tell whether failed requests are kept, and list those that are tried again later, newest first.')
    .addOption(new Option('--state <name>', 'only those that are so').choices([...requestStateNames]))
    .option('--limit <count>', 'how many, at most 200', parseCount(200), 50)
    .option('--json', 'the requests as JSON, with the counts')
    .addHelpText(
      'after',
      examples('queue', 'queue --state uncertain', "queue --json | jq '.counts'", 'queue show <id>'),
    )
    .action((options: QueueOptions) =>
      run(async () => (await import('./list-requests.ts')).listRequests(session, options)),
    )
  queue
    .command('show')
    .description('Show one, with its result once it succeeded.')
    .argument('<id>', 'as "akashic ai queue" shows it')
    .option('--json', 'the request as JSON')
    .addHelpText(
      'after',
      examples(
        'queue show <id>',
        'queue show <id> --json | jq .state',
        "queue show <id> --json | jq -r '.result.choices[0].message.content'",
      ),
    )
    // The same option of `queue` is set by it too, and by that one alone.
    .action((id: string, _options: object, show: Command) =>
      run(async () => (await import('./show-request.ts')).showRequest(session, id, show.optsWithGlobals())),
    )
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  akashic ai ${line}`).join('\n')}`
}

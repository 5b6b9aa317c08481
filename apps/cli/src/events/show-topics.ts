import { topics } from '@akashic/events'
import { OpsError } from '@akashic/shared/errors'
import { createEventBus, type TopicChange } from '@akashic/shared/events'
import { pino } from 'pino'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import type { Paint } from '../terminal/paint.ts'
import { tableLines } from '../terminal/table.ts'
import { counted } from '../terminal/words.ts'

interface TopicOptions {
  readonly apply?: true
  readonly json?: true
}

/** Compares the topics in Kafka with those of the catalogue; with `apply`, brings them to it. Ends with 3 where something is
 *  left to do. */
export async function showTopics(session: Session, { apply, json }: TopicOptions): Promise<number> {
  const { terminal, env } = session
  const isApplied = apply === true
  const trying = isApplied ? 'Applying the topics' : 'Reading the topics'
  const changes = await compare(session, brokersOf(env, trying), isApplied, trying)
  const due = changes.filter(({ change }) => change !== 'none')
  if (json) terminal.print(JSON.stringify(changes, null, 2))
  else {
    terminal.print(verdictOf(due.length, changes.length, isApplied, terminal.paint))
    terminal.print()
    for (const line of rowsOf(changes, isApplied, terminal.paint, terminal.columns)) terminal.print(line)
    if (due.length > 0 && !isApplied) {
      terminal.print()
      terminal.print('Next:')
      terminal.print(terminal.paint.bold(`  ${terminal.program} events topics --apply`))
    }
  }
  return due.length > 0 && !isApplied ? exitCodes.degraded : exitCodes.ok
}

function brokersOf(env: Session['env'], trying: string): string[] {
  const brokers = (env['KAFKA_BROKERS'] ?? '')
    .split(',')
    .map((broker) => broker.trim())
    .filter((broker) => broker !== '')
  if (brokers.length > 0) return brokers
  throw new CliError(
    trying,
    'KAFKA_BROKERS is not set: without Kafka events are kept in Postgres, and topics need nothing',
    {
      next: ['export KAFKA_BROKERS=host:9092'],
    },
  )
}

async function compare(
  { clock, random }: Session,
  brokers: string[],
  isApplied: boolean,
  trying: string,
): Promise<readonly TopicChange[]> {
  const log = pino({ level: 'silent' })
  const bus = await createEventBus({
    ...{ kafkaBrokers: brokers, databaseUrl: '' },
    ...{ clock, random, log },
  })
  try {
    return await bus.applyTopics(topics, { dryRun: !isApplied })
  } catch (cause) {
    if (!(cause instanceof OpsError)) throw cause
    throw new CliError(trying, cause.message, {
      next: [`KAFKA_BROKERS is ${brokers.join(',')}: is a broker there?`],
      cause,
    })
  } finally {
    await bus.close()
  }
}

function verdictOf(due: number, all: number, isApplied: boolean, paint: Paint): string {
  if (due === 0) return paint.green(`● All ${all} topics are as they should be.`)
  if (isApplied) return paint.green(`● ${counted(due, 'topic')} changed.`)
  return paint.orange(`▲ ${counted(due, 'topic')} of ${all} to change`)
}

const words: Readonly<Record<TopicChange['change'], readonly [due: string, done: string]>> = {
  none: ['as it should be', 'as it should be'],
  create: ['missing', 'made'],
  change_retention: ['other retention', 'retention changed'],
  add_partitions: ['too few partitions', 'partitions added'],
}

function rowsOf(changes: readonly TopicChange[], isApplied: boolean, paint: Paint, width: number): string[] {
  const rows = changes.map(({ name, change, detail }) => {
    const isDue = change !== 'none' && !isApplied
    const text = `${isDue ? '▲' : '●'} ${words[change][isApplied ? 1 : 0]}`
    return [name, { text, paint: isDue ? paint.orange : paint.green }, { text: detail, paint: paint.dim }]
  })
  return tableLines([{}, {}, { isFlexible: true }], rows, width, '  ')
}

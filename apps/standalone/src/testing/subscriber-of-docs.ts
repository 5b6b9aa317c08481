import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { incidentTopic } from '@akashic/events'
import { eventually, pythonFolder, pythonKafka } from '@akashic/testbed'
import { Kafka, logLevel } from 'kafkajs'

export interface SubscriberOfDocs {
  /** What it has printed so far. */
  lines(): readonly string[]
  /** Asks it to end, as an operator does. @returns its exit code; null when a signal ended it. */
  stop(): Promise<number | null>
}

const workspace = join(import.meta.dirname, '..', '..', '..', '..')
const standalone = join(workspace, 'apps', 'standalone')

const languages = {
  js: {
    library: 'kafkajs',
    command: [process.execPath, '--input-type=module', '-'],
    env: () => ({}),
  },
  python: {
    library: 'from kafka',
    command: ['python3', '-'],
    env: () => ({ PYTHONPATH: pythonFolder(pythonKafka) }),
  },
} as const

/** Runs a subscriber of docs/events.md just as it is printed there, once its topic is made; that in JavaScript unless told
 *  otherwise. */
export async function startSubscriberOfDocs(
  brokers: string,
  language: keyof typeof languages = 'js',
): Promise<SubscriberOfDocs> {
  const { library, command, env } = languages[language]
  const page = await readFile(join(workspace, 'docs', 'events.md'), 'utf8')
  const program = [...page.matchAll(/^```(\w+)\n(.*?)^```/gms)]
    .filter(([, named]) => named === language)
    .map(([, , code]) => code!)
    .find((code) => code.includes(library))
  if (program === undefined) throw new Error(`docs/events.md shows no subscriber in ${language} that has ${library}`)
  await topicIsMade(brokers)
  const [executable, ...args] = command
  const child = spawn(executable, args, {
    cwd: standalone,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, KAFKA_BROKERS: brokers, ...env() },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  child.stdin.end(program)
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return {
    lines: () => printed.split('\n').filter((line) => line !== ''),
    stop: () => {
      child.kill()
      return ended
    },
  }
}

async function topicIsMade(brokers: string): Promise<void> {
  const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    await eventually(async () => expect(await admin.listTopics()).toContain(incidentTopic), 20_000)
  } finally {
    await admin.disconnect()
  }
}

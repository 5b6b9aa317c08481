import { randomBytes } from 'node:crypto'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '../free-port.ts'
import { kafkaFolder } from '../parts/kafka-folder.ts'
import { startChildServer } from './child-server.ts'
import type { RealServer } from './child-server.ts'
import { scratchFolder } from './scratch-folder.ts'

export interface KafkaServer extends RealServer {
  readonly brokers: string[]
}

const formatTimeoutMs = 60_000

export interface KafkaOptions {
  readonly port?: number
  /** More of server.properties. */
  readonly properties?: Readonly<Record<string, string>>
}

/** A real Kafka of one node (KRaft), empty, with automatic topics off. Ready in about five seconds. */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaServer> {
  const port = options.port ?? (await freePort())
  const folder = scratchFolder('kafka')
  const properties = join(folder, 'server.properties')
  await writeFile(properties, configure(folder, port, await freePort(), options.properties))
  const java = (...args: string[]): string[] => [
    '-cp',
    join(kafkaFolder(), 'lib', '*'),
    '-Xmx512m',
    '-Xshare:auto',
    ...args,
  ]
  // A first letter, since an id that begins with a dash is read as an option.
  const clusterId = Buffer.concat([Buffer.of(0), randomBytes(15)]).toString('base64url')
  await promisify(execFile)('java', java('kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', properties), {
    timeout: formatTimeoutMs,
  })
  const server = await startChildServer({ port, program: 'java', args: java('kafka.Kafka', properties) })
  return { ...server, brokers: [`127.0.0.1:${port}`] }
}

function configure(folder: string, port: number, controllerPort: number, more: KafkaOptions['properties']): string {
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': join(folder, 'logs'),
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    ...more,
  })
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')
}

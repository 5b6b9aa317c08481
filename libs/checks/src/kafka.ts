import { connect, Socket } from 'node:net'
import type { Admin, ISocketFactoryArgs } from 'kafkajs'
import type { CheckSpecOf } from '@akashic/config'
import { operational } from './check.ts'
import type { Attempt, CheckKind, Judgement } from './check.ts'
import { admitHost, lookupFor, traceSocket } from './connect.ts'
import { failed } from './failure.ts'

type KafkaSpec = CheckSpecOf<'kafka'>

export const kafkaKind: CheckKind<'kafka'> = {
  kind: 'kafka',
  host: ({ brokers: [first = ''] }) => first.replace(/:\d+$/, ''),
  describe: (spec) => spec.brokers.join(', '),
  load: () => import('kafkajs'),
  async run(spec, attempt) {
    const { Kafka, logLevel } = await import('kafkajs')
    const admin = new Kafka({
      clientId: 'akashic-check',
      brokers: spec.brokers,
      connectionTimeout: spec.timeout,
      requestTimeout: spec.timeout,
      // One try for each broker that was named; the first that answers speaks for the cluster.
      retry: { retries: spec.brokers.length - 1, initialRetryTime: 10, maxRetryTime: 50 },
      logLevel: logLevel.NOTHING,
      socketFactory: (args) => openSocket(args, attempt),
    }).admin()
    try {
      await admin.connect()
      return await judgeCluster(admin, spec.topics)
    } catch (error) {
      throw reasonOf(error)
    } finally {
      admin.disconnect().catch(() => undefined)
    }
  },
}

function openSocket({ host, port, onConnect }: ISocketFactoryArgs, attempt: Attempt): Socket {
  try {
    admitHost(host, attempt)
  } catch (refusal) {
    return new Socket().destroy(refusal as Error)
  }
  const socket = connect({ host, port, lookup: lookupFor(attempt) }, onConnect)
  traceSocket(socket, attempt)
  attempt.signal.addEventListener('abort', () => socket.destroy())
  return socket
}

async function judgeCluster(admin: Admin, topics: KafkaSpec['topics']): Promise<Judgement> {
  const { brokers, controller } = await admin.describeCluster()
  if (brokers.length === 0) return failed('outage', 'answer', 'no broker is up', 'the cluster names no broker')
  if (controller === null || controller < 0) return failed('degraded', 'answer', 'cluster has no controller')
  const existing = topics.length === 0 ? [] : await admin.listTopics()
  const missing = topics.filter((topic) => !existing.includes(topic))
  return missing.length === 0
    ? operational
    : failed('degraded', 'answer', 'topic missing', `missing: ${missing.join(', ')}`)
}

/** kafkajs wraps what happened in what it did about it, and gives no code to a connection that was closed or timed out. */
function reasonOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  if (error.cause instanceof Error) return reasonOf(error.cause)
  if ('code' in error && error.code !== undefined) return error
  if (error.name === 'KafkaJSConnectionClosedError' || error.name === 'KafkaJSConnectionError') {
    return Object.assign(new Error(error.message), {
      code: /timeout/i.test(error.message) ? 'ETIMEDOUT' : 'ECONNRESET',
    })
  }
  if (error.name === 'KafkaJSRequestTimeoutError') return Object.assign(new Error(error.message), { code: 'ETIMEDOUT' })
  return error
}

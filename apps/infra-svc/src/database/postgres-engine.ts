import { changesBetween, type PostgresSample } from './changes.ts'
import type { DatabaseClient } from './database-client.ts'
import type { Engine, Level } from './engine.ts'
import { commonSteps } from './next-steps.ts'
import type { Unreachable } from './reachability.ts'
import { readOnce } from './read-once.ts'
import { readSample, type MeasuredSize } from './read-sample.ts'
import { psql } from './remedies.ts'
import { serverFacts } from './session.sql.ts'
import type { ConnectionLimits } from './topic/connections.ts'
import { connectionLimits } from './topic/connections.sql.ts'
import { usableConnections } from './topic/pool-arithmetic.ts'
import { usualThresholds, type Thresholds } from './thresholds.ts'
import type { AnyTopic, ServerFacts } from './topic.ts'
import { topics as everyTopic } from './topics.ts'
import { whyUnread } from './unknown.ts'

export interface PostgresLook {
  readonly topics?: readonly AnyTopic[]
  readonly thresholds?: Thresholds
}

/** A Postgres that is looked at through a client. */
export function postgresEngine(
  client: DatabaseClient,
  { topics = everyTopic, thresholds = usualThresholds }: PostgresLook = {},
): Engine {
  const { place, together } = client
  let knownSize: MeasuredSize | null = null
  return {
    ...{ kind: 'postgres', place, topics, trial: psql(place, 'SELECT 1') },
    reach: async (around) => {
      const read = readOnce(client.read)
      const [server] = await read<ServerFacts>(serverFacts)
      return {
        server: server!,
        says: `Postgres ${server!.version.split(' ')[0]} at ${place.host}:${place.port} answers${server!.isInRecovery ? ', as a replica' : ''}`,
        report: (name) =>
          topics
            .find((topic) => topic.name === name)!
            .report(
              { server: server!, thresholds, read, together, previous: around.previous, earlier: around.earlier },
              { ...around, thresholds },
            ),
        whyUnread: (topic, error) => whyUnread(topic, error, server!),
        readSample: async (isThorough) => {
          const sample = await readSample(read, server!, isThorough ? null : knownSize)
          knownSize = { bytes: sample.bytes, bytesAt: sample.bytesAt }
          return sample
        },
        release: () => undefined,
      }
    },
    usableConnections: async () => usableConnections((await client.read<ConnectionLimits>(connectionLimits))[0]!),
    nextStep: (state) => steps[state],
    changesBetween: (before, now) => changesBetween(before as PostgresSample, now as PostgresSample),
    levelsOf: (sample) => levelsOf(sample as PostgresSample),
    close: () => client.close(),
  }
}

const levelsOf = ({ bytes, bytesAt, connections }: PostgresSample): readonly Level[] => [
  { what: 'size', unit: 'bytes', value: bytes, at: bytesAt },
  { what: 'connections', unit: 'count', value: connections },
]

const steps: Readonly<Record<Unreachable['state'], string>> = {
  ...commonSteps,
  tls_failed: 'Compare sslmode with what the server offers, and look at its certificate',
  login_refused: 'Compare user and password with the server, and look at its pg_hba.conf',
  database_missing: 'Correct the name of the database, or create it',
  too_many_connections:
    'End idle sessions or make the pools of its users smaller; connect as a superuser, for whom places are kept',
}

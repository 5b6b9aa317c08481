import { z } from 'zod'
import { componentId } from './component.ts'
import { isRecord, list, repeated, text, type CrossProblem } from './draft.ts'
import { durationBetween } from './duration.ts'
import { line } from './text.ts'
import { postgresUrlProblem } from './postgres-url.ts'
import { isRedisUrl, redisUrlProblem } from './redis-url.ts'
import { memorySize } from './size.ts'

/** One database that is looked at, by a login that needs to read only: a Postgres or a Redis, as the scheme of its `url`
 *  says. Both stand in one list, because all else about them is alike: the name by which `targets.database` of components
 *  and requests mean it, the component that it is, how long it may take. One name then means one thing, and whoever asks
 *  for it needs not know its kind. */
export const databaseSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'must be lower-case letters, digits and dashes')
    .describe('By which `targets.database` of components and requests name it.'),
  url: line()
    .max(2_048)
    .superRefine((url, context) => {
      const message = databaseUrlProblem(url)
      if (message !== null) context.addIssue({ code: 'custom', message })
    })
    .describe(
      'postgres://user:password@host/database, best with a login of its own that has the role pg_monitor, or redis://user:password@host, with TLS rediss://; it is a secret.',
    ),
  component: componentId.optional().describe('Id of the component that it is: what depends on that depends on it.'),
  poolSize: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('Connections that each pod of the workloads that use it may open, to be held against its limit.'),
  memory: memorySize
    .optional()
    .describe('Memory of its machine or container, such as `16GB`, against which its settings are held.'),
  readyWithin: durationBetween('1s', '30s').prefault('5s').describe('How long a connection may take, `1s` to `30s`.'),
})

function databaseUrlProblem(url: string): string | null {
  if (isRedisUrl(url)) return redisUrlProblem(url)
  return /^postgres(ql)?:/i.test(url) ? postgresUrlProblem(url) : 'must be a postgres://, redis:// or rediss:// URL'
}

export type DatabaseSpec = z.output<typeof databaseSchema>

type Fields = Readonly<Record<string, unknown>>

/** Finds databases that are named twice, and components and databases that are named but not there. */
export function badDatabases(config: Fields): CrossProblem[] {
  const databases = list(config['databases']).map((each) => (isRecord(each) ? each : {}))
  const names = databases.map(({ name }) => text(name))
  const components = list(config['components']).map((each) => (isRecord(each) ? each : {}))
  const ids = new Set<unknown>(components.map(({ id }) => id))
  return [
    ...repeated(names).map((at) => ({
      path: ['databases', at, 'name'],
      message: `the name ${names[at]} is taken by an earlier database`,
    })),
    ...databases.flatMap(({ component }, at) =>
      typeof component !== 'string' || ids.has(component)
        ? []
        : [{ path: ['databases', at, 'component'], message: `there is no component ${component}` }],
    ),
    ...(databases.length === 0 ? [] : components.flatMap((each, at) => unknownTarget(each, at, names))),
  ]
}

/** Where no database is configured a target is only a name. */
function unknownTarget({ targets }: Fields, at: number, names: readonly (string | undefined)[]): CrossProblem[] {
  const database = isRecord(targets) ? text(targets['database']) : undefined
  if (database === undefined || names.includes(database)) return []
  return [{ path: ['components', at, 'targets', 'database'], message: `there is no database ${database}` }]
}

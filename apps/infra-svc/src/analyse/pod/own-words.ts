import { containerOf, type ClusterView, type Container, type Pod, type Reference } from '@akashic/kubernetes'
import type { Blame } from '../../finding/finding.ts'
import type { LogFact } from '../../log/log-facts.ts'
import { ofWrongKey } from '../../remedy/configuration.ts'
import { ofCommand } from '../../remedy/process.ts'
import { setVariable } from '../../remedy/template.ts'
import { variableQuote } from '../template-quote.ts'
import { givenBy } from './given-by.ts'
import { ofFile } from './own-files.ts'

const lastPrivilegedPort = 1_023

interface Given {
  readonly view: ClusterView
  readonly pod: Pod
  readonly container: Container
  readonly owner: Reference
}

/** Who gave a container what it says that it cannot use: a file, an argument, a port, the name of a database. Nobody is
 *  blamed where its words do not lead to what was given. */
export function ofOwnWords(
  view: ClusterView,
  pod: Pod,
  name: string,
  owner: Reference,
  fact: LogFact,
): readonly Blame[] {
  const container = containerOf(pod, name)
  if (!container) return []
  const given = { view, pod, container, owner }
  const because = ofTemplate(given, fact)
  if (because !== null) {
    const { blamed } = givenBy(view, pod, owner, {
      container: name,
      has: () => true,
      own: ofCommand(view, owner, name),
    })
    return blamed.map((each) => ({ ...each, because: `its container ${name} ${because}` }))
  }
  if (fact.kind === 'no_such_database') return ofDatabase(given, fact.name ?? '')
  return ofFile(view, pod, container, owner, fact)
}

/** What only the template can have said. */
function ofTemplate({ pod, container }: Given, { kind, name, port }: LogFact): string | null {
  switch (kind) {
    case 'wrong_platform':
      return `runs ${name ?? 'a program'}, which is of another platform than its node: its image must be built for it`
    case 'unknown_flag': {
      const isGiven = [...container.command, ...container.args].some((each) => isFlag(each, name ?? ''))
      return isGiven ? `is started with ${name ?? ''}, which the program does not know` : null
    }
    case 'port_taken': {
      const beside = pod.spec.containers.filter(({ role }) => role === 'app' || role === 'sidecar')
      if (pod.spec.isHostNetwork) return `wants port ${port ?? ''} of its node, which is taken there`
      return beside.length > 1 ? `wants port ${port ?? ''}, which another container of its pod has` : null
    }
    case 'port_denied':
      return port !== null && port <= lastPrivilegedPort
        ? `listens on port ${port}, which its user may not: below 1024 that takes root or NET_BIND_SERVICE`
        : null
    default:
      return null
  }
}

/** Go says one dash of flags that were given with two. */
const isFlag = (given: string, said: string): boolean =>
  given.split(/[\s=]/).some((word) => /^-/.test(word) && word.replace(/^-+/, '') === said.replace(/^-+/, ''))

const ofDatabases = /DATABASE|DB_?NAME|DB_URL|DSN|PGDATABASE|POSTGRES_DB|MYSQL_DB|JDBC/i

/** The variable that names a database which the server does not have; where its value is not read, by how it is called. */
function ofDatabase({ view, pod, container, owner }: Given, database: string): readonly Blame[] {
  const because = (name: string): string =>
    `its ${name} tells container ${container.name} of the database ${database}, which the server does not have`
  const spelt = container.env.find(({ value }) => value !== null && namesDatabase(value, database))
  if (spelt) {
    const has = ({ env }: Container): boolean => env.some(({ name }) => name === spelt.name)
    const own = {
      evidence: variableQuote(view, owner, container.name, spelt.name),
      remedies: setVariable(view, owner, container.name, spelt.name),
    }
    return givenBy(view, pod, owner, { container: container.name, has, own }).blamed.map((each) => ({
      ...each,
      because: because(spelt.name),
    }))
  }
  const named = container.env.filter(({ name, from }) => from !== null && ofDatabases.test(name))
  return named.map(({ name, from }) => {
    const object = { kind: from!.kind, namespace: pod.namespace, name: from!.name }
    const strength = named.length === 1 ? 'direct' : 'inferred'
    return { object, because: because(name), strength, ...ofWrongKey(view, object, from!.key ?? '') }
  })
}

const namesDatabase = (value: string, database: string): boolean =>
  value === database || value.split(/[?;]/)[0]!.endsWith(`/${database}`)

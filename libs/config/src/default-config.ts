import { checkSchema, type CheckInput } from './check.ts'
import { fieldsOfTarget, kindOfUrl, TargetError, type ActiveCheckKind } from './check-target.ts'
import type { ComponentInput } from './component.ts'
import { configSchema, type Config } from './config.ts'
import { postgresUrlProblem, withAllowedParameters } from './postgres-url.ts'

/** Where a process that has no akashic.yaml finds itself. */
export interface SelfTargets {
  /** Address of its own gateway, as `http://127.0.0.1:8080`. */
  readonly gatewayUrl?: string
  /** Connection string of its own database. */
  readonly databaseUrl?: string
}

const interval = '10s'

/** The configuration of a process that was given none: it watches itself, and what `--watch` names.
 *  Everything is public here, so infrastructure goes by its kind and not by its address.
 *  @throws TargetError when a target cannot be watched. */
export function defaultConfig(watchTargets: readonly string[] = [], self: SelfTargets = {}): Config {
  return configSchema.parse({ components: withUniqueNames([...selfComponents(self), ...watchTargets.map(watched)]) })
}

function selfComponents(self: SelfTargets): ComponentInput[] {
  const components: ComponentInput[] = []
  const databaseUrl = databaseToWatch(self.databaseUrl)
  if (self.gatewayUrl !== undefined) {
    components.push({
      id: 'akashic-gateway',
      name: 'Akashic gateway',
      group: 'This installation',
      description: 'Serves this page and the API.',
      critical: true,
      visibility: 'public',
      dependsOn: databaseUrl === undefined ? [] : ['akashic-database'],
      checks: [{ kind: 'http', url: new URL('/status', self.gatewayUrl).href, interval }],
    })
  }
  if (databaseUrl !== undefined) {
    components.push({
      id: 'akashic-database',
      name: 'Akashic database',
      group: 'This installation',
      description: 'Keeps what was measured.',
      critical: true,
      visibility: 'public',
      checks: [{ kind: 'postgres', url: databaseUrl, interval }],
    })
  }
  return components
}

/** A database behind a socket is not watched: no check can go there. */
function databaseToWatch(url: string | undefined): string | undefined {
  if (url === undefined) return undefined
  const watchable = withAllowedParameters(url)
  return postgresUrlProblem(watchable) === null ? watchable : undefined
}

function watched(target: string): ComponentInput {
  const kind = kindOfUrl(target)
  const name = nameOf(kind, target)
  return {
    id: slug(name),
    name,
    group: 'Watched',
    critical: true,
    visibility: 'public',
    checks: [checkOf(kind, target)],
  }
}

function checkOf(kind: ActiveCheckKind, target: string): CheckInput {
  const check = { kind, ...fieldsOfTarget(kind, target), interval }
  const issue = checkSchema.safeParse(check).error?.issues[0]
  if (issue !== undefined) throw new TargetError(`the ${kind} target cannot be watched: ${issue.message}`)
  return check as CheckInput
}

const kindNames: Readonly<Partial<Record<ActiveCheckKind, string>>> = {
  postgres: 'PostgreSQL',
  redis: 'Redis',
  kafka: 'Kafka',
  smtp: 'Email server',
}

function nameOf(kind: ActiveCheckKind, target: string): string {
  const known = kindNames[kind]
  if (known !== undefined) return known
  return URL.canParse(target) ? new URL(target).host : target
}

function slug(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 58) || 'target'
  )
}

/** Numbers the components that would otherwise share an id: `redis`, `redis-2`. */
function withUniqueNames(components: readonly ComponentInput[]): ComponentInput[] {
  const taken = new Set<string>()
  return components.map((component) => {
    let number = 1
    const idOf = () => (number === 1 ? component.id : `${component.id}-${number}`)
    while (taken.has(idOf())) number += 1
    taken.add(idOf())
    return number === 1 ? component : { ...component, id: idOf(), name: `${component.name} ${number}` }
  })
}

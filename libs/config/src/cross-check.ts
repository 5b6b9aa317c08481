import { badAi } from './cross-check-ai.ts'
import { badDatabases } from './databases.ts'
import { badTelling } from './cross-check-on-call.ts'
import { badPerformance } from './performance.ts'
import { isRecord, list, repeated, text, type CrossProblem } from './draft.ts'

/** A component of which nothing is certain yet: other mistakes may be in it. */
interface Draft {
  readonly at: number
  readonly id: string | undefined
  readonly renamedFrom: string | undefined
  readonly dependsOn: readonly unknown[]
  readonly checks: readonly Readonly<Record<string, unknown>>[]
}

/** Finds duplicate ids, names and tokens, unknown dependencies, cycles, canaries that cannot be run, and names in
 *  policies, routes, schedules and rules of what is not there.
 *  Takes a configuration that may be wrong in other ways and passes over what it cannot read. */
export function crossCheck(config: unknown): CrossProblem[] {
  if (!isRecord(config)) return []
  const components = list(config['components']).flatMap((value, at) => (isRecord(value) ? [draftOf(value, at)] : []))
  return [
    ...duplicateIds(components),
    ...badRenames(components),
    ...unknownDependencies(components),
    ...cycles(components),
    ...duplicateCheckNames(components),
    ...duplicateTokens(components),
    ...passiveCanaries(config['vision']),
    ...badPolicies(config['incidents'], components),
    ...badAi(config),
    ...badDatabases(config),
    ...badPerformance(config),
    ...badTelling(config, new Set<unknown>(components.map(({ id }) => id))),
  ]
}

function draftOf(value: Readonly<Record<string, unknown>>, at: number): Draft {
  return {
    at,
    id: text(value['id']),
    renamedFrom: text(value['renamedFrom']),
    dependsOn: list(value['dependsOn']),
    checks: list(value['checks']).filter(isRecord),
  }
}

function duplicateIds(components: readonly Draft[]): CrossProblem[] {
  return repeated(components.map((component) => component.id)).map((index) => ({
    path: ['components', components[index]!.at, 'id'],
    message: `the id ${components[index]!.id} is taken by an earlier component`,
  }))
}

function badRenames(components: readonly Draft[]): CrossProblem[] {
  const ids = new Set(components.map((component) => component.id))
  const stillThere = components.filter(
    (component) => component.renamedFrom !== undefined && ids.has(component.renamedFrom),
  )
  const twice = repeated(components.map((component) => component.renamedFrom)).map((index) => components[index]!)
  return [
    ...stillThere.map((component) => ({
      path: ['components', component.at, 'renamedFrom'],
      message: `${component.renamedFrom} is still the id of a component`,
    })),
    ...twice.map((component) => ({
      path: ['components', component.at, 'renamedFrom'],
      message: `${component.renamedFrom} was renamed to another component already`,
    })),
  ]
}

function unknownDependencies(components: readonly Draft[]): CrossProblem[] {
  const ids = new Set<unknown>(components.map((component) => component.id))
  return components.flatMap((component) =>
    component.dependsOn.flatMap((dependency, index) =>
      typeof dependency !== 'string' || ids.has(dependency)
        ? []
        : [{ path: ['components', component.at, 'dependsOn', index], message: `there is no component ${dependency}` }],
    ),
  )
}

/** One problem a cycle, at the first of its components in the file. */
function cycles(components: readonly Draft[]): CrossProblem[] {
  const byId = new Map<string, Draft>()
  for (const component of components) {
    if (component.id !== undefined && !byId.has(component.id)) byId.set(component.id, component)
  }
  const finished = new Set<string>()
  const problems: CrossProblem[] = []
  const visit = (start: string) => {
    const stack = [{ id: start, next: 0 }]
    const onStack = new Map([[start, 0]])
    while (stack.length > 0) {
      const top = stack.at(-1)!
      const dependency = byId.get(top.id)?.dependsOn[top.next++]
      if (dependency === undefined) {
        finished.add(top.id)
        onStack.delete(top.id)
        stack.pop()
      } else if (typeof dependency === 'string' && onStack.has(dependency)) {
        const members = stack.slice(onStack.get(dependency)).map((entry) => entry.id)
        problems.push(cycleProblem(byId, members))
      } else if (typeof dependency === 'string' && byId.has(dependency) && !finished.has(dependency)) {
        onStack.set(dependency, stack.length)
        stack.push({ id: dependency, next: 0 })
      }
    }
  }
  for (const id of byId.keys()) if (!finished.has(id)) visit(id)
  return problems
}

function cycleProblem(byId: ReadonlyMap<string, Draft>, members: readonly string[]): CrossProblem {
  const first = members.reduce((best, id) => (byId.get(id)!.at < byId.get(best)!.at ? id : best))
  const turned = [...members.slice(members.indexOf(first)), ...members.slice(0, members.indexOf(first))]
  return {
    path: ['components', byId.get(first)!.at, 'dependsOn'],
    message: `depends on itself: ${[...turned, first].join(' -> ')}`,
  }
}

function duplicateCheckNames(components: readonly Draft[]): CrossProblem[] {
  return components.flatMap((component) =>
    repeated(component.checks.map((check) => text(check['name']))).map((index) => ({
      path: ['components', component.at, 'checks', index, 'name'],
      message: `the name ${text(component.checks[index]!['name'])} is taken by an earlier check of this component`,
    })),
  )
}

function duplicateTokens(components: readonly Draft[]): CrossProblem[] {
  const tokens = components.flatMap((component) =>
    component.checks.flatMap((check, index) =>
      check['kind'] === 'heartbeat' ? [{ component: component.at, index, token: text(check['token']) }] : [],
    ),
  )
  return repeated(tokens.map((entry) => entry.token)).map((at) => ({
    path: ['components', tokens[at]!.component, 'checks', tokens[at]!.index, 'token'],
    message: 'this token is used by an earlier heartbeat check',
  }))
}

function passiveCanaries(vision: unknown): CrossProblem[] {
  return list(isRecord(vision) ? vision['canaries'] : undefined).flatMap((check, index) =>
    isRecord(check) && (check['kind'] === 'heartbeat' || check['kind'] === 'reported')
      ? [{ path: ['vision', 'canaries', index, 'kind'], message: `a canary cannot be of kind ${check['kind']}` }]
      : [],
  )
}

function badPolicies(incidents: unknown, components: readonly Draft[]): CrossProblem[] {
  const ids = new Set<unknown>(components.map((component) => component.id))
  const all = list(isRecord(incidents) ? incidents['policies'] : undefined)
  const policies = all.map((policy) => (isRecord(policy) ? policy : {}))
  const names = policies.map((policy) => text(policy['name']))
  const taken = repeated(names).map((at) => ({
    path: ['incidents', 'policies', at, 'name'],
    message: `the name ${names[at]} is taken by an earlier policy`,
  }))
  const unknown = policies.flatMap((policy, at) =>
    list(policy['components']).flatMap((id, index) =>
      typeof id !== 'string' || ids.has(id)
        ? []
        : [{ path: ['incidents', 'policies', at, 'components', index], message: `there is no component ${id}` }],
    ),
  )
  return [...taken, ...unknown]
}

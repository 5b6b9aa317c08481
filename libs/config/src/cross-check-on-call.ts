import { isRecord, list, repeated, text, type CrossProblem } from './draft.ts'

type Fields = Readonly<Record<string, unknown>>

/** Finds channels, people and schedules that are named but not there, and names that are taken twice, in what tells people:
 *  `channels`, `notifications`, `onCall` and `alerts`. `componentIds` are those that there are. */
export function badTelling(config: Fields, componentIds: ReadonlySet<unknown>): CrossProblem[] {
  const groups = namesAt(config['components'], 'group')
  const channels = namesAt(config['channels'], 'name')
  const onCall = isRecord(config['onCall']) ? config['onCall'] : {}
  const alerts = isRecord(config['alerts']) ? config['alerts'] : {}
  const notifications = isRecord(config['notifications']) ? config['notifications'] : {}
  return [
    ...taken(config['channels'], 'name', ['channels'], 'channel'),
    ...unknownNames(notifications['routes'], 'channels', channels, ['notifications', 'routes'], 'channel'),
    ...unknownNames(notifications['routes'], 'components', componentIds, ['notifications', 'routes'], 'component'),
    ...unknownNames(notifications['routes'], 'groups', groups, ['notifications', 'routes'], 'group'),
    ...unknownNames(onCall['policies'], 'groups', groups, ['onCall', 'policies'], 'group'),
    ...unknownNames(alerts['rules'], 'groups', groups, ['alerts', 'rules'], 'group'),
    ...unaddressed(config, notifications, onCall),
    ...badPeople(onCall, channels),
    ...badEscalations(onCall, componentIds),
    ...taken(alerts['rules'], 'name', ['alerts', 'rules'], 'rule'),
    ...unknownNames(alerts['rules'], 'components', componentIds, ['alerts', 'rules'], 'component'),
    ...records(alerts['components']).flatMap(({ component }, at) =>
      unknownName(component, componentIds, ['alerts', 'components', at, 'component'], 'component'),
    ),
  ]
}

function badPeople(onCall: Fields, channels: ReadonlySet<unknown>): CrossProblem[] {
  const people = namesAt(onCall['people'], 'id')
  const unreachable = records(onCall['people']).flatMap(({ contacts }, at) =>
    records(contacts).flatMap(({ channel }, index) =>
      unknownName(channel, channels, ['onCall', 'people', at, 'contacts', index, 'channel'], 'channel'),
    ),
  )
  const unknown = records(onCall['schedules']).flatMap(({ rotations }, at) =>
    unknownNames(rotations, 'people', people, ['onCall', 'schedules', at, 'rotations'], 'person'),
  )
  return [
    ...taken(onCall['people'], 'id', ['onCall', 'people'], 'person'),
    ...taken(onCall['schedules'], 'name', ['onCall', 'schedules'], 'schedule'),
    ...unreachable,
    ...unknown,
  ]
}

function badEscalations(onCall: Fields, componentIds: ReadonlySet<unknown>): CrossProblem[] {
  const targets = new Set<unknown>([
    ...[...namesAt(onCall['people'], 'id')].map((id) => `person:${String(id)}`),
    ...[...namesAt(onCall['schedules'], 'name')].map((name) => `schedule:${String(name)}`),
  ])
  const path = ['onCall', 'policies']
  const unknown = records(onCall['policies']).flatMap(({ steps }, at) =>
    unknownNames(steps, 'notify', targets, [...path, at, 'steps'], 'target'),
  )
  return [
    ...taken(onCall['policies'], 'name', path, 'policy'),
    ...unknownNames(onCall['policies'], 'components', componentIds, path, 'component'),
    ...unknown,
  ]
}

/** A mail channel that names nobody reaches only those whom a contact names: a route to it reaches no one. */
function unaddressed(config: Fields, notifications: Fields, onCall: Fields): CrossProblem[] {
  const nobody = records(config['channels']).flatMap(({ type, name, to }) =>
    type === 'email' && list(to).length === 0 ? [name] : [],
  )
  const message = (name: unknown) => `the mail channel ${String(name)} names nobody in \`to\``
  const routes = records(notifications['routes']).flatMap(({ channels }, at) =>
    list(channels).flatMap((name, index) =>
      nobody.includes(name)
        ? [
            {
              path: ['notifications', 'routes', at, 'channels', index],
              message: `${message(name)}: this reaches no one`,
            },
          ]
        : [],
    ),
  )
  const contacts = records(onCall['people']).flatMap(({ contacts }, at) =>
    records(contacts).flatMap(({ channel, to }, index) =>
      to === undefined && nobody.includes(channel)
        ? [{ path: ['onCall', 'people', at, 'contacts', index], message: `needs \`to\`: ${message(channel)}` }]
        : [],
    ),
  )
  return [...routes, ...contacts]
}

const records = (value: unknown): Fields[] => list(value).map((entry) => (isRecord(entry) ? entry : {}))

const namesAt = (value: unknown, key: string): ReadonlySet<unknown> =>
  new Set(records(value).map((entry) => entry[key]))

function taken(value: unknown, key: string, path: readonly (string | number)[], what: string): CrossProblem[] {
  const names = records(value).map((entry) => text(entry[key]))
  return repeated(names).map((at) => ({
    path: [...path, at, key],
    message: `the name ${names[at]} is taken by an earlier ${what}`,
  }))
}

/** Names in the list `key` of each entry that are none of `known`. */
function unknownNames(
  entries: unknown,
  key: string,
  known: ReadonlySet<unknown>,
  path: readonly (string | number)[],
  what: string,
): CrossProblem[] {
  return records(entries).flatMap((entry, at) =>
    list(entry[key]).flatMap((name, index) => unknownName(name, known, [...path, at, key, index], what)),
  )
}

function unknownName(
  name: unknown,
  known: ReadonlySet<unknown>,
  path: readonly (string | number)[],
  what: string,
): CrossProblem[] {
  if (typeof name !== 'string' || known.has(name)) return []
  return [{ path, message: `there is no ${what} ${name}` }]
}

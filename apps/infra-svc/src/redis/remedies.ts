import type { Remedy } from '../finding/finding.ts'
import { lookAt } from '../analyse/remedies.ts'
import type { RedisPlace } from './place.ts'

const quoted = (word: string): string =>
  /^[\w.:@/%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`

/** A command to be pasted; it asks for the password. */
export const redisCli = ({ host, port, isTls, user, password }: RedisPlace, ...words: readonly string[]): string =>
  [
    ...['redis-cli', '-h', host, '-p', String(port), ...(isTls ? ['--tls'] : [])],
    ...(user === 'default' ? [] : ['--user', user]),
    ...(password === '' ? [] : ['--askpass']),
    ...words,
  ]
    .map(quoted)
    .join(' ')

export const lookInto = (place: RedisPlace, title: string, ...words: readonly string[]): Remedy =>
  lookAt(title, redisCli(place, ...words))

/** A setting that can be changed while the server runs, by a login that may, and taken back.
 *  @param before null where it is not known. */
export const configure = (
  place: RedisPlace,
  title: string,
  name: string,
  value: string,
  changes: string,
  before: string | null,
): Remedy => ({
  ...{ title, command: redisCli(byAnyone(place), 'CONFIG', 'SET', name, value), changes, isDestructive: false },
  undo:
    before === null
      ? `CONFIG SET ${name} to what CONFIG GET ${name} says now`
      : redisCli(byAnyone(place), 'CONFIG', 'SET', name, before),
})

/** The login that looks may not change anything. */
const byAnyone = (place: RedisPlace): RedisPlace => ({ ...place, user: 'default' })

import type { Place } from '../database/reachability.ts'

export interface RedisPlace extends Place {
  readonly isTls: boolean
  /** Empty where none is sent. */
  readonly password: string
}

/** @param url that `redisUrlProblem` has nothing against. */
export function redisPlaceOf(url: string): RedisPlace {
  const { hostname, port, username, password, pathname, protocol } = new URL(url)
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 6379),
    user: decodeURIComponent(username) || 'default',
    database: pathname.slice(1) || '0',
    isTls: protocol === 'rediss:',
    password: decodeURIComponent(password),
  }
}

/** Without what is secret. */
export const shownPlace = ({ host, port, user, database }: RedisPlace): Place => ({ host, port, user, database })

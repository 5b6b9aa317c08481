import type { Surroundings, TopicOutline } from '../database/engine.ts'
import type { Judged, Unknown } from '../database/judged.ts'
import type { Info } from './info.ts'
import type { RedisPlace } from './place.ts'
import type { RedisConnection } from './redis-connection.ts'
import { Refusal } from './refusal.ts'
import type { RedisThresholds } from './thresholds.ts'

/** What is known around a Redis. */
export interface RedisAround extends Surroundings {
  readonly thresholds: RedisThresholds
  readonly redis: RedisPlace
  /** By the server's clock where it tells it, to which the times of its logs belong. */
  readonly nowMs: number
}

/** One Redis to read from. */
export interface RedisSource {
  /** @throws Refusal where the login may not ask. */
  readonly info: () => Info
  readonly ask: RedisConnection['ask']
  readonly monotonicMs: () => number
  readonly user: string
}

/** One thing to know of a Redis: what is read, and what that means. `judge` is pure. */
export interface RedisTopic<Figures> extends TopicOutline {
  read(source: RedisSource): Promise<Figures>
  judge(figures: Figures, around: RedisAround): Judged
}

/** A topic whose figures only it needs to know. */
export interface AnyRedisTopic extends TopicOutline {
  report(source: RedisSource, around: RedisAround): Promise<Judged>
}

export const anyRedisTopic = <Figures>(topic: RedisTopic<Figures>): AnyRedisTopic => ({
  ...{ name: topic.name, rules: topic.rules, isHeavy: topic.isHeavy },
  report: async (source, around) => topic.judge(await topic.read(source), around),
})

/** A part of a topic, or why it is not there. */
export type Part<T> =
  { readonly value: T; readonly unknown: null } | { readonly value: null; readonly unknown: Unknown }

/** Reads a part of a topic without which the rest can be told.
 *  @throws what is no refusal: then nothing can be read. */
export async function part<T>(what: string, user: string, read: () => Promise<T>): Promise<Part<T>> {
  try {
    return { value: await read(), unknown: null }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { value: null, unknown: refused(what, user, error) }
  }
}

/** What a refusal keeps from being known, and the right that is missing. */
export function refused(what: string, user: string, { command, reason, message }: Refusal): Unknown {
  const missing = command.toLowerCase().replace(' ', '|')
  switch (reason) {
    case 'no_permission':
      return { what, reason: `user ${user} may not run ${command}`, howToGet: `ACL SETUSER ${user} +${missing}` }
    case 'not_there':
      return { what, reason: `the server does not offer ${command}: it is renamed or forbidden`, howToGet: null }
    case 'other':
      return { what, reason: message, howToGet: null }
  }
}

/** Settings by their names; those that the server does not have are left out. Never by a pattern: passwords are among them. */
export async function settings(
  { ask }: Pick<RedisSource, 'ask'>,
  names: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const values: Record<string, string> = {}
  for (const name of names) {
    const answer = await ask('CONFIG GET', name)
    if (Array.isArray(answer) && answer.length === 2) values[name] = String(answer[1])
  }
  return values
}

export const unknownOf = (...parts: readonly Part<unknown>[]): readonly Unknown[] =>
  parts.flatMap(({ unknown }) => (unknown === null ? [] : [unknown]))

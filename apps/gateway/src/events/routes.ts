import { catalogue, topics as allTopics } from '@akashic/events'
import { operatorRoute } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import { z } from 'zod'
import { readLastEventId, readSince } from './event-place.ts'
import type { EventStreams } from './event-streams.ts'

const topicNames = allTopics.map(({ name }) => name).filter((name) => !name.endsWith('.dead'))
const typeNames = catalogue.map(({ type }) => type)

/** `a,b` as a list of what there is. */
const listOf = (names: readonly string[]) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(
      z
        .array(z.enum(names as [string, ...string[]]))
        .min(1)
        .max(names.length),
    )

const query = z.strictObject({
  topics: listOf(topicNames)
    .optional()
    .describe(`Separated by commas; all unless given: ${topicNames.join(', ')}.`),
  types: listOf(typeNames).optional().describe('Only events of these types, separated by commas.'),
  since: z
    .string()
    .optional()
    .describe(
      'Begin with the first event since this instant (RFC 3339), or with what follows this id of the stream; with what comes next ' +
        'unless given. Last-Event-ID goes before it.',
    ),
})

export function eventRoutes(streams: EventStreams): Route[] {
  return [
    operatorRoute({
      method: 'GET',
      path: '/api/v1/events',
      tag: 'Events',
      summary: 'Events as they happen (server-sent events)',
      description:
        'Each has its type as `event` and a CloudEvent in JSON as `data`. In order for each subject, at least once. ' +
        'A reader that comes back with Last-Event-ID gets what it missed. Before it is cut off it is told why, by an event `end`.',
      role: 'viewer',
      query,
      answers: { 200: { description: 'The stream.', type: 'text/event-stream' } },
      scopedTo: () => [],
      serve: async ({ query: asked, principal, signal, checkKey, lastEventId }) => {
        const { topics = topicNames, types = [], since } = asked
        const begin = since === undefined ? 'latest' : readSince(since, topics)
        const from = lastEventId === undefined ? begin : readLastEventId(lastEventId, topics)
        const stream = await streams.open({ topics, types, from, principal, signal, checkKey })
        return { stream, headers: { 'content-type': 'text/event-stream; charset=utf-8', ...unbuffered } }
      },
    }),
  ]
}

const unbuffered = { 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' }

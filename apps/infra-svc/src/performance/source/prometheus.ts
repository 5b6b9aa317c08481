import { isIP } from 'node:net'
import type { PerformanceSettings } from '@akashic/config'
import { assertAddressAllowed, guardedLookup, type OutboundRules } from '@akashic/shared/outbound'
import { Agent, request } from 'undici'
import { z } from 'zod'

export interface PrometheusSeries {
  readonly labels: Readonly<Record<string, string>>
  /** May be NaN or infinite, as Prometheus counts. */
  readonly value: number
}

/** What Prometheus said, or a sentence why nothing can be taken from it. */
export type PrometheusAnswer =
  | { readonly series: readonly PrometheusSeries[]; readonly problem: null }
  | { readonly series: null; readonly problem: string }

export interface Prometheus {
  /** The value of an expression at an instant. Never throws. */
  ask(query: string, atMs: number, signal: AbortSignal): Promise<PrometheusAnswer>
  close(): Promise<void>
}

export type PrometheusSettings = NonNullable<PerformanceSettings['prometheus']>

const mostBytes = 1_048_576
const mostSeries = 1_000
const connections = 8

const number = z.tuple([z.number(), z.string().max(64)])
const answerSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.discriminatedUnion('resultType', [
      z.object({
        resultType: z.literal('vector'),
        // A native histogram has no `value`.
        result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: number.optional() })),
      }),
      z.object({ resultType: z.literal('scalar'), result: number }),
      z.object({ resultType: z.enum(['matrix', 'string']), result: z.unknown() }),
    ]),
  }),
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
])

/** Asks a Prometheus over HTTP, a few questions at once. No answer is waited for longer than `readyWithin`, and none is read
 *  that is longer than 1 MiB. */
export function createPrometheus(settings: PrometheusSettings, rules: () => OutboundRules): Prometheus {
  const dispatcher = new Agent({
    connections,
    connect: { lookup: (host, options, callback) => guardedLookup(rules())(host, options, callback) },
  })
  const address = `${settings.url.replace(/\/$/, '')}/api/v1/query`
  const host = new URL(settings.url).hostname.replace(/^\[|\]$/g, '')
  return {
    ask: async (query, atMs, signal) => {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(settings.readyWithin)])
      try {
        // An address that is given literally is never looked up.
        if (isIP(host) !== 0) assertAddressAllowed(host, host, rules().allowHosts)
        const { statusCode, body } = await request(address, {
          ...{ method: 'POST', signal: deadline, dispatcher },
          headers: {
            'content-type': 'application/x-www-form-urlencoded',
            'user-agent': 'akashic',
            ...(settings.bearer !== undefined && { authorization: `Bearer ${settings.bearer}` }),
          },
          body: new URLSearchParams({
            ...{ query, time: (atMs / 1_000).toFixed(3), timeout: `${settings.readyWithin}ms` },
          }).toString(),
        })
        return answerOf(statusCode, await readBounded(body))
      } catch (error) {
        return failed(
          signal.aborted
            ? 'the report had no time left to ask Prometheus'
            : whyNot(error, deadline, settings.readyWithin),
        )
      }
    },
    close: () => dispatcher.destroy(),
  }
}

const failed = (problem: string): PrometheusAnswer => ({ series: null, problem })

class TooLong extends Error {}

async function readBounded(body: AsyncIterable<Uint8Array> & { destroy(): void }): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of body) {
    bytes += part.length
    if (bytes > mostBytes) {
      body.destroy()
      throw new TooLong()
    }
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function answerOf(statusCode: number, text: string): PrometheusAnswer {
  const { data: answer } = answerSchema.safeParse(parsed(text))
  if (answer === undefined) {
    if (statusCode === 401 || statusCode === 403)
      return failed(`Prometheus refuses the question (${statusCode}): see infra.performance.prometheus.bearer`)
    return failed(`what answers is no Prometheus: status ${statusCode}, and not its JSON`)
  }
  if (answer.status === 'error') return failed(`Prometheus says ${answer.errorType}: ${answer.error.slice(0, 200)}`)
  const { data } = answer
  if (data.resultType === 'scalar') return { series: [{ labels: {}, value: numberOf(data.result[1]) }], problem: null }
  if (data.resultType !== 'vector') return failed(`the query gives a ${data.resultType}, and not a value`)
  if (data.result.length > mostSeries)
    return failed(`the query gives ${data.result.length} series; ${mostSeries} are read at most`)
  if (data.result.some(({ value }) => value === undefined))
    return failed('the query gives a histogram, and not a value')
  return {
    series: data.result.map(({ metric, value }) => ({ labels: metric, value: numberOf(value![1]) })),
    problem: null,
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Prometheus writes infinity as `+Inf`. */
function numberOf(text: string): number {
  if (text === '+Inf' || text === 'Inf') return Infinity
  return text === '-Inf' ? -Infinity : Number(text)
}

function whyNot(error: unknown, deadline: AbortSignal, readyWithinMs: number): string {
  if (error instanceof TooLong) return `Prometheus answers more than ${mostBytes / 1_048_576} MiB`
  if (deadline.aborted) return `Prometheus does not answer within ${readyWithinMs / 1_000} s`
  const { code, message } = error as { readonly code?: string; readonly message?: string }
  return `Prometheus cannot be reached: ${code ?? message ?? 'the connection failed'}`
}

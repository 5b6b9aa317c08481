import type { CheckKindName, CheckSpec } from '@akashic/config'
import type { Attempt, CheckContext, CheckFailure, CheckKind, CheckResult, Judgement, Trace } from './check.ts'
import { failed, failureOf, spellDuration } from './failure.ts'
import { kindOf } from './kinds.ts'
import { printable } from './printable.ts'
import { withoutSecrets } from './secrets.ts'

/** Makes one check now and judges it: its timeout ends it for certain, whatever the target or a driver does, and an answer
 *  that took `degradedAfterMs` or longer is degraded. Never throws: what goes wrong is part of the result.
 *  A heartbeat or reported check cannot be made from here and is `unknown`. */
export async function runCheck(spec: CheckSpec, context: CheckContext): Promise<CheckResult> {
  const kind = kindOf(spec)
  if (!kind) return resultOf(spec, passive, { hasAnswered: false }, 0)
  try {
    if (kind.load) await kind.load()
    return await runOnce(kind, spec, context)
  } catch (error) {
    return resultOf(spec, failureOf(error), { hasAnswered: false }, 0)
  }
}

function runOnce(kind: CheckKind<CheckKindName>, spec: CheckSpec, context: CheckContext): Promise<CheckResult> {
  const trace: Trace = { hasAnswered: false }
  if (context.signal.aborted) return Promise.resolve(resultOf(spec, cancelled, trace, 0))
  const started = context.monotonicMs()
  const deadline = new AbortController()
  const attempt: Attempt = { ...context, signal: deadline.signal, trace }

  return new Promise((resolve) => {
    const finish = (judgement: Judgement): void => {
      clearTimeout(timer)
      context.signal.removeEventListener('abort', stop)
      if (deadline.signal.aborted) return
      resolve(resultOf(spec, judgement, trace, context.monotonicMs() - started))
    }
    const end = (judgement: Judgement): void => {
      finish(judgement)
      deadline.abort()
    }
    const stop = (): void => end(cancelled)
    const timer = setTimeout(() => end(timedOut(spec, trace)), spec.timeout)
    context.signal.addEventListener('abort', stop)
    kind.run(spec, attempt).then(finish, (error: unknown) => finish(failureOf(error)))
  })
}

const cancelled: Judgement = {
  outcome: 'unknown',
  failure: { code: 'cancelled', sentence: 'check was stopped', detail: 'check was stopped before it ended' },
}

const passive: Judgement = {
  outcome: 'unknown',
  failure: {
    code: 'local',
    sentence: 'check could not be made',
    detail: 'this kind of check waits to be told: it cannot be made by going to a target',
  },
}

function timedOut(spec: CheckSpec, trace: Trace): Judgement {
  const sentence = `timed out after ${spellDuration(spec.timeout)}`
  const where = trace.hasAnswered ? `connected to ${trace.remoteAddress ?? 'the target'}, then no answer` : 'no answer'
  return failed('outage', 'timeout', sentence, `${where} within ${spellDuration(spec.timeout)}`)
}

function resultOf(spec: CheckSpec, judgement: Judgement, trace: Trace, tookMs: number): CheckResult {
  const { hasAnswered, remoteAddress, ...timings } = trace
  const latencyMs = hasAnswered ? rounded(judgement.latencyMs ?? tookMs) : null
  const { outcome, failure } = slowed(spec, judgement, latencyMs)
  return {
    outcome,
    latencyMs,
    timings,
    neverAnswered: !hasAnswered && outcome === 'outage',
    ...(failure && { failure: safe(spec, failure) }),
    ...(remoteAddress !== undefined && { remoteAddress }),
  }
}

function slowed(spec: CheckSpec, judgement: Judgement, latencyMs: number | null): Judgement {
  const limit = spec.degradedAfterMs
  if (judgement.outcome !== 'operational' || limit === undefined || latencyMs === null || latencyMs < limit)
    return judgement
  const took = spellDuration(latencyMs)
  return failed('degraded', 'slow', `slow: took ${took}`, `took ${took}; degraded from ${spellDuration(limit)} on`)
}

function safe(spec: CheckSpec, failure: CheckFailure): CheckFailure {
  const { code, sentence, detail } = failure
  return { code, sentence: printable(sentence), detail: printable(withoutSecrets(spec, detail)) }
}

const rounded = (ms: number): number => Math.round(ms * 100) / 100

import type { ApiObject } from '../real/kubernetes/api.ts'
type ProbeName = 'Liveness' | 'Readiness' | 'Startup'

interface Limit {
  readonly delayMs: number
  readonly periodMs: number
  readonly failures: number
}

export type ProbeLimits = { readonly [P in ProbeName]: Limit | null }

/** The numbers of a container's probes, in this testbed's time. */
export function probeLimits(spec: ApiObject, scaled: (ms: number) => number): ProbeLimits {
  const limit = (probe: ApiObject): Limit | null =>
    probe
      ? {
          delayMs: scaled((probe.initialDelaySeconds ?? 0) * 1_000),
          periodMs: Math.max(20, scaled((probe.periodSeconds ?? 10) * 1_000)),
          failures: probe.failureThreshold ?? 3,
        }
      : null
  return {
    Liveness: limit(spec.livenessProbe),
    Readiness: limit(spec.readinessProbe),
    Startup: limit(spec.startupProbe),
  }
}

interface Watched {
  readonly limits: ProbeLimits
  /** When probes begin to succeed; null for never. */
  readonly healthyAfterMs: number | null
  readonly onStarted: () => void
  readonly onReady: () => void
  readonly onFailure: (probe: ProbeName) => void
  readonly onKill: (probe: 'Liveness' | 'Startup') => void
}

/** Probes a container that became healthy at a known time. The startup probe comes before the others. */
export function watchProbes(given: Watched): { stop(): void } {
  const begun = performance.now()
  const timers = new Set<NodeJS.Timeout>()
  let isStopped = false
  const isHealthy = (): boolean => given.healthyAfterMs !== null && performance.now() - begun >= given.healthyAfterMs
  const later = (ms: number, act: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      if (!isStopped) act()
    }, ms)
    timers.add(timer)
  }
  const probe = (name: ProbeName, limit: Limit, onSuccess: () => void, isOnce: boolean): void => {
    let failed = 0
    const ask = (): void => {
      if (isHealthy()) {
        failed = 0
        onSuccess()
        if (isOnce) return
      } else {
        given.onFailure(name)
        if (++failed >= limit.failures && name !== 'Readiness') return given.onKill(name)
      }
      later(limit.periodMs, ask)
    }
    later(limit.delayMs, ask)
  }
  const begin = (): void => {
    given.onStarted()
    if (given.limits.Readiness) probe('Readiness', given.limits.Readiness, given.onReady, true)
    else given.onReady()
    if (given.limits.Liveness) probe('Liveness', given.limits.Liveness, () => undefined, false)
  }
  if (given.limits.Startup) probe('Startup', given.limits.Startup, begin, true)
  else begin()
  return {
    stop: () => {
      isStopped = true
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

import type { DataSet, Executor, LoadTest, RequestStep, Scenario, Step } from './load-test.ts'
import type { WrittenLoadTest, WrittenScenario } from './load-test-schema.ts'
import { readThresholds } from './read-thresholds.ts'

type WrittenStep = WrittenScenario['steps'][number]
type WrittenRequest = Extract<WrittenStep, { request: unknown }>

/** A problem with what a file says, at a path in it. */
export interface Problem {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** The test that a file describes, and what is wrong with its steps beyond the form of their values.
 *  @param data rows of its data sets that are files. */
export function toLoadTest(
  written: WrittenLoadTest,
  data: Readonly<Record<string, DataSet['rows']>>,
): { readonly test: LoadTest; readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  for (const [name, { steps }] of Object.entries(written.scenarios)) {
    for (const [index, step] of steps.entries()) {
      if ('request' in step)
        problems.push(
          ...problemsOf(written, step).map(({ path, message }) => ({
            path: ['scenarios', name, 'steps', index, ...path],
            message,
          })),
        )
    }
  }
  const sets = Object.entries(written.data).map(
    ([name, { rows, order }]) => [name, { rows: rows ?? data[name] ?? [], order }] as const,
  )
  return {
    test: {
      ...{ name: written.name, baseUrl: written.baseUrl, tags: written.tags, metrics: written.metrics },
      data: Object.fromEntries(sets),
      scenarios: Object.entries(written.scenarios).map(([name, scenario]) => scenarioOf(name, scenario)),
      thresholds: readThresholds(written).thresholds,
      limits: { maxRequests: written.limits.maxRequests, maxDurationMs: written.limits.maxDuration },
    },
    problems,
  }
}

/** Names that steps use and nothing gives. */
function problemsOf(written: WrittenLoadTest, step: WrittenRequest): readonly Problem[] {
  const counted = Object.keys(step.count)
    .filter((metric) => written.metrics[metric] === undefined)
    .map((metric) => ({ path: ['count', metric], message: 'is no metric under `metrics`' }))
  const texts = [
    step.request.url,
    ...Object.values(step.request.headers),
    step.request.body ?? '',
    JSON.stringify(step.request.json ?? ''),
  ]
  const sets = new Set(
    texts.flatMap((text) => [...text.matchAll(/\{\{\s*data\.([A-Za-z0-9_-]+)\./g)].map(([, set]) => set!)),
  )
  const missing = [...sets]
    .filter((set) => written.data[set] === undefined)
    .map((set) => ({ path: ['request'], message: `there is no data set ${set}` }))
  return [...counted, ...missing]
}

function scenarioOf(name: string, written: WrittenScenario): Scenario {
  const { startTime, gracefulStop, tags, steps } = written
  return {
    name,
    executor: executorOf(written),
    startTimeMs: startTime,
    gracefulStopMs: gracefulStop,
    tags,
    steps: steps.map(stepOf),
  }
}

function executorOf(written: WrittenScenario): Executor {
  const stagesOf = (stages: readonly { duration: number; target: number }[]) =>
    stages.map(({ duration, target }) => ({ durationMs: duration, target }))
  switch (written.executor) {
    case 'constant-vus':
      return { kind: written.executor, vus: written.vus, durationMs: written.duration }
    case 'ramping-vus':
      return { kind: written.executor, startVus: written.startVus, stages: stagesOf(written.stages) }
    case 'constant-arrival-rate': {
      const { rate, duration, timeUnit, maxVus } = written
      return { kind: written.executor, rate, durationMs: duration, timeUnitMs: timeUnit, maxVus }
    }
    case 'ramping-arrival-rate': {
      const { startRate, stages, timeUnit, maxVus } = written
      return { kind: written.executor, startRate, stages: stagesOf(stages), timeUnitMs: timeUnit, maxVus }
    }
    case 'per-vu-iterations':
    case 'shared-iterations': {
      const { vus, iterations, maxDuration } = written
      return { kind: written.executor, vus, iterations, maxDurationMs: maxDuration }
    }
  }
}

function stepOf(written: WrittenStep): Step {
  if ('request' in written) return requestOf(written)
  const { think } = written
  return typeof think === 'number'
    ? { kind: 'think', minMs: think, maxMs: think }
    : { kind: 'think', minMs: think.min, maxMs: think.max }
}

function requestOf({ request, checks, extract, count }: WrittenRequest): RequestStep {
  const { name, method, url, headers, json, body, timeout, expectedStatus, tags } = request
  const isJson = json !== undefined
  return {
    ...{ kind: 'request', name: name ?? `${method} ${url}`, method, url, tags, count, timeoutMs: timeout },
    headers: { ...(isJson && { 'content-type': 'application/json' }), ...headers },
    body: isJson ? JSON.stringify(json) : (body ?? null),
    isJson,
    expectedStatus: expectedStatus === undefined ? null : [expectedStatus].flat(),
    checks: checks.map(checkOf),
    extract: Object.fromEntries(
      Object.entries(extract).map(([key, from]) => [
        key,
        'json' in from ? { kind: 'json' as const, pointer: from.json } : { kind: 'header' as const, name: from.header },
      ]),
    ),
  }
}

function checkOf({
  name,
  status,
  bodyIncludes,
  json,
  maxDuration,
}: WrittenRequest['checks'][number]): RequestStep['checks'][number] {
  const parts = [
    ...(status === undefined ? [] : [`status is ${[status].flat().join(' or ')}`]),
    ...(bodyIncludes === undefined ? [] : [`body includes ${bodyIncludes.slice(0, 40)}`]),
    ...(json === undefined ? [] : [`${json.pointer} is ${json.equals ?? 'there'}`]),
    ...(maxDuration === undefined ? [] : [`within ${maxDuration} ms`]),
  ]
  return {
    name: name ?? parts.join(', '),
    status: status === undefined ? null : [status].flat(),
    bodyIncludes: bodyIncludes ?? null,
    json: json === undefined ? null : { pointer: json.pointer, equals: json.equals ?? null },
    maxDurationMs: maxDuration ?? null,
  }
}

import type { Channel, Recorder } from '../metric/recorder.ts'
import { compileTemplate, escapeJson, type Template } from '../scenario/template.ts'
import type { Check, Extraction, LoadTest, RequestStep, Scenario, ThinkStep } from '../scenario/load-test.ts'

/** A step in the form in which it is run: texts read, and the channels of its samples found. */
export type CompiledStep = ThinkStep | CompiledRequest

export interface CompiledRequest {
  readonly kind: 'request'
  readonly step: RequestStep
  readonly url: Template
  /** The address where it is the same each time. */
  readonly fixedUrl: URL | null
  readonly headers: readonly (readonly [string, Template])[]
  readonly body: Template | null
  readonly keepBody: boolean
  readonly checks: readonly { readonly check: Check; readonly channel: Channel }[]
  readonly extract: readonly (readonly [string, Extraction])[]
  readonly count: readonly { readonly channel: Channel; readonly amount: number }[]
  readonly requests: Channel
  readonly duration: Channel
  readonly waiting: Channel
  readonly failed: Channel
  readonly sentBytes: Channel
  readonly receivedBytes: Channel
}

export function compileSteps(test: LoadTest, scenario: Scenario, recorder: Recorder): readonly CompiledStep[] {
  return scenario.steps.map((step) => (step.kind === 'think' ? step : compileRequest(test, scenario, step, recorder)))
}

function compileRequest(test: LoadTest, scenario: Scenario, step: RequestStep, recorder: Recorder): CompiledRequest {
  const tags = {
    ...{ ...test.tags, ...scenario.tags, ...step.tags },
    ...{ scenario: scenario.name, name: step.name, method: step.method },
  }
  const channel = (metric: string, more = {}) => recorder.channel(metric, { ...tags, ...more })
  const readsBody = (check: Check): boolean => check.bodyIncludes !== null || check.json !== null
  const isFixed = !step.url.includes('{{')
  return {
    ...{ kind: 'request', step },
    // An address that an answer gave whole is taken as it is.
    url: compileTemplate(step.url, step.url.startsWith('{{') ? undefined : encodeURIComponent),
    fixedUrl: isFixed ? new URL(step.url, test.baseUrl) : null,
    headers: Object.entries(step.headers).map(([name, value]) => [name, compileTemplate(value)] as const),
    body: step.body === null ? null : compileTemplate(step.body, step.isJson ? escapeJson : undefined),
    keepBody: step.checks.some(readsBody) || Object.values(step.extract).some(({ kind }) => kind === 'json'),
    checks: step.checks.map((check) => ({ check, channel: channel('checks', { check: check.name }) })),
    extract: Object.entries(step.extract),
    count: Object.entries(step.count).map(([metric, amount]) => ({ channel: channel(metric), amount })),
    requests: channel('http_reqs'),
    duration: channel('http_req_duration'),
    waiting: channel('http_req_waiting'),
    failed: channel('http_req_failed'),
    sentBytes: channel('data_sent'),
    receivedBytes: channel('data_received'),
  }
}

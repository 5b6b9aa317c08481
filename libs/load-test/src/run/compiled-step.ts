import type { Recorder } from '../metric/recorder.ts'
import type { TemplateValues } from '../scenario/template.ts'
import type { Check, Extraction, LoadTest, RequestStep, Scenario, ThinkStep } from '../scenario/load-test.ts'
import { Outcomes } from './outcomes.ts'
import { requestMaker } from './request-maker.ts'
import type { ReadyRequest, SendOptions } from './user-client.ts'

/** A step in the form in which it is run: texts read, and the channels of its samples found. */
export type CompiledStep = ThinkStep | CompiledRequest

export interface CompiledRequest {
  readonly kind: 'request'
  /** @throws Error where it cannot be made. */
  readonly make: (values: TemplateValues) => ReadyRequest
  readonly options: SendOptions
  readonly extract: readonly (readonly [string, Extraction])[]
  readonly outcomes: Outcomes
}

/** @param markedBy headers that every request has, so that what receives them can leave them out. */
export function compileSteps(
  test: LoadTest,
  scenario: Scenario,
  markedBy: Readonly<Record<string, string>>,
  recorder: Recorder,
): readonly CompiledStep[] {
  const compileRequest = (step: RequestStep): CompiledRequest => {
    const tags = {
      ...{ ...test.tags, ...scenario.tags, ...step.tags },
      ...{ scenario: scenario.name, name: step.name, method: step.method },
    }
    const extract = Object.entries(step.extract)
    return {
      kind: 'request',
      make: requestMaker(step, test.baseUrl, markedBy),
      options: { timeoutMs: step.timeoutMs, keepBody: step.checks.some(readsBody) || extract.some(isOfBody) },
      extract,
      outcomes: new Outcomes(step, tags, recorder),
    }
  }
  return scenario.steps.map((step) => (step.kind === 'think' ? step : compileRequest(step)))
}

const readsBody = ({ bodyIncludes, json }: Check): boolean => bodyIncludes !== null || json !== null
const isOfBody = ([, { kind }]: readonly [string, Extraction]): boolean => kind === 'json'

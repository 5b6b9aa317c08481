import { checkSchema } from '@akashic/config'
import type { CheckInput, CheckSpec } from '@akashic/config'
import type { CheckContext, CheckResult } from '../check.ts'
import { runCheck } from '../run-check.ts'

/** A check as akashic.yaml would give it. */
export function aCheck(input: CheckInput): CheckSpec {
  return checkSchema.parse(input)
}

export function aContext(context: Partial<CheckContext> = {}): CheckContext {
  return {
    signal: new AbortController().signal,
    allowHosts: [],
    monotonicMs: () => performance.now(),
    now: () => Date.now(),
    ...context,
  }
}

/** Makes a check for real. */
export function checkNow(input: CheckInput, context: Partial<CheckContext> = {}): Promise<CheckResult> {
  return runCheck(aCheck(input), aContext(context))
}

import type { AiSettings } from '@akashic/config'
import type { FailureClassName } from '@akashic/proto'
import { OpsError } from '@akashic/shared/errors'
import type { QualityMonitor } from './monitor.ts'
import { excerpt, maxContentLength, maxPromptLength } from './observed-response.ts'

export interface AddResponseDeps {
  readonly settings: () => AiSettings
  readonly monitor: QualityMonitor
}

export interface ToldResponse {
  readonly id: string
  readonly provider: string
  readonly model: string
  readonly prompt: string
  readonly content: string
  readonly finishReason: string
  readonly format: string
  readonly requiredFields: readonly string[]
  readonly hasTokenLimit: boolean
  readonly errorClass: FailureClassName | null
}

/** Has an answer judged that did not come through the proxy. It returns at once; nothing of the text is kept.
 *  @throws OpsError invalid_argument when the provider or its model is not configured. */
export function addResponse({ settings, monitor }: AddResponseDeps, told: ToldResponse): void {
  const { id, provider, model, errorClass } = told
  const known = settings().providers.find(({ name }) => name === provider)
  if (!known) throw badField('/provider', `there is no AI provider ${provider}`)
  if (!known.models.some((each) => each.id === model)) throw badField('/model', `${provider} has no model ${model}`)
  const response = {
    ...{ provider, model, requiredFields: told.requiredFields, hasTokenLimit: told.hasTokenLimit },
    prompt: told.prompt === '' ? null : excerpt(told.prompt, maxPromptLength),
    content: excerpt(told.content, maxContentLength),
    finishReason: told.finishReason || null,
    format: told.format === 'json' ? ('json' as const) : ('text' as const),
  }
  const isError = errorClass !== null
  monitor.observe(
    { id, provider, model, error: errorClass, response: isError ? null : response, isTrial: false },
    { isSampled: false },
  )
}

const badField = (pointer: string, detail: string) =>
  new OpsError('invalid_argument', `The response cannot be judged: ${detail}.`, { fields: [{ pointer, detail }] })

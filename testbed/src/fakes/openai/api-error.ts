import type { ProviderKind } from './options.ts'
import { goDuration } from './rate-limit-headers.ts'
import type { Shortage } from './rate-limits.ts'

/** An error as OpenAI's API gives it; `errorBody` says it in the words of other providers. */
export interface ApiError {
  readonly status: number
  readonly type: string
  readonly code: string | null
  readonly message: string
  readonly param?: string | null
}

export const notFound = (method: string, path: string): ApiError => ({
  ...{ status: 404, type: 'invalid_request_error', code: null },
  message: `Invalid URL (${method} ${path})`,
})

export const serverError: ApiError = {
  ...{ status: 500, type: 'server_error', code: null, message: 'The server had an error.' },
}

export const badRequest = (message: string, param: string | null = null): ApiError => ({
  ...{ status: 400, type: 'invalid_request_error', code: null, message, param },
})

export const wrongKey = (isMissing: boolean): ApiError => ({
  ...{ status: 401, type: 'invalid_request_error', code: isMissing ? null : 'invalid_api_key' },
  message: isMissing ? 'No API key was provided.' : 'Incorrect API key provided.',
})

export const unknownModel = (model: string): ApiError => ({
  ...{ status: 404, type: 'invalid_request_error', code: 'model_not_found', param: null },
  message: `The model \`${model}\` does not exist or you do not have access to it.`,
})

export const tooLong = (limit: number, tokens: number): ApiError => ({
  ...{ status: 400, type: 'invalid_request_error', code: 'context_length_exceeded', param: 'messages' },
  message: `The maximum context length of this model is ${limit} tokens; the messages have ${tokens}.`,
})

export function rateLimited(model: string, { dimension, requested, level, waitMs }: Shortage): ApiError {
  const used = level.limit - level.remaining
  const wait = Number.isFinite(waitMs) ? `Please try again in ${goDuration(waitMs)}.` : 'The request is too large.'
  return {
    ...{ status: 429, type: dimension === 'requests' ? 'requests' : 'tokens', code: 'rate_limit_exceeded' },
    message:
      `Rate limit reached for ${model} on ${dimension} per min: ` +
      `Limit ${level.limit}, Used ${used}, Requested ${requested}. ${wait}`,
  }
}

const anthropicTypes: Record<string, string> = {
  invalid_api_key: 'authentication_error',
  rate_limit_exceeded: 'rate_limit_error',
  model_not_found: 'not_found_error',
  unsupported_country_region_territory: 'permission_error',
  context_length_exceeded: 'invalid_request_error',
  server_error: 'api_error',
}

const azureCodes: Record<string, string> = {
  invalid_api_key: '401',
  rate_limit_exceeded: '429',
  model_not_found: 'DeploymentNotFound',
  unsupported_country_region_territory: '403',
}

/** The body of a refusal in the words of a provider. Anthropic's own errors, of overload and of money, come through its
 *  OpenAI-compatible endpoint as they are. */
export function errorBody(kind: ProviderKind, error: ApiError): object {
  const { type, code, message, param = null } = error
  if (kind === 'anthropic') {
    const name = anthropicTypes[code ?? type] ?? type
    if (isAnthropicsOwn(error)) return { type: 'error', error: { type: name, message } }
    return { error: { message, type: name, param: null, code: anthropicTypes[code ?? type] ?? code ?? name } }
  }
  const azureCode = kind === 'azure' && error.status < 500 ? azureCodes[code ?? ''] : undefined
  if (azureCode !== undefined) return { error: { code: azureCode, message } }
  return { error: { message, type, param, code } }
}

function isAnthropicsOwn({ type, code }: ApiError): boolean {
  return type === 'overloaded_error' || type === 'billing_error' || code === 'billing_hard_limit_reached'
}

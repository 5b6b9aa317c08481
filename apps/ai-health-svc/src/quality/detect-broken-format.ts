import { withoutFencedCode } from './code-fences.ts'
import { maxContentLength, type ObservedResponse } from './observed-response.ts'

/** Asked for JSON it is none, or lacks what the schema requires; or a code block is left open. */
export function isBrokenFormat(response: ObservedResponse): boolean {
  const { content, finishReason, hasTokenLimit } = response
  if (content.trim() === '' || content.length >= maxContentLength) return false
  if (hasTokenLimit && finishReason !== null && finishReason !== 'stop') return false
  return response.format === 'json' ? isBrokenJson(content, response.requiredFields) : withoutFencedCode(content).isOpen
}

function isBrokenJson(content: string, requiredFields: readonly string[]): boolean {
  try {
    const value: unknown = JSON.parse(content)
    if (typeof value !== 'object' || value === null) return true
    return requiredFields.some((field) => !Object.hasOwn(value, field))
  } catch {
    return true
  }
}

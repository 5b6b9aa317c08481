import { maxContentLength, type ObservedResponse } from './observed-response.ts'

/** Asked for JSON it is none, or lacks what the schema requires; or a code block is left open. */
export function isBrokenFormat(response: ObservedResponse): boolean {
  const { content, finishReason, hasTokenLimit } = response
  if (content.trim() === '' || content.length >= maxContentLength) return false
  if (hasTokenLimit && finishReason !== null && finishReason !== 'stop') return false
  return response.format === 'json' ? isBrokenJson(content, response.requiredFields) : hasOpenFence(content)
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

/** A block is closed by at least as many of the marks that opened it (CommonMark 4.5). */
function hasOpenFence(content: string): boolean {
  let open: string | null = null
  for (const line of content.split('\n')) {
    const [, fence, info] = /^\s*(?:>\s?)*(`{3,}|~{3,})(.*)$/.exec(line) ?? []
    if (fence === undefined || info === undefined) continue
    if (open === null) open = fence[0] === '`' && info.includes('`') ? null : fence
    else if (fence.startsWith(open) && info.trim() === '') open = null
  }
  return open !== null
}

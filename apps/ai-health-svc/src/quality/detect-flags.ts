import { isBrokenFormat } from './detect-broken-format.ts'
import { isRefusal } from './detect-refusal.ts'
import { isRepetitive } from './detect-repetition.ts'
import { isTruncated } from './detect-truncation.ts'
import { isWrongLanguage } from './detect-wrong-language.ts'
import type { ObservedResponse } from './observed-response.ts'
import { qualityFlags, type QualityFlag } from './response-scores.ts'

const detectors: Readonly<Record<QualityFlag, (response: ObservedResponse) => boolean>> = {
  repetition: ({ content }) => isRepetitive(content),
  truncation: isTruncated,
  refusal: ({ content }) => isRefusal(content),
  wrong_language: ({ prompt, content }) => isWrongLanguage(prompt, content),
  broken_format: isBrokenFormat,
}

export function detectFlags(response: ObservedResponse): QualityFlag[] {
  return qualityFlags.filter((flag) => detectors[flag](response))
}

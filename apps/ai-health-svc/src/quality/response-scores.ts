export const qualityFlags = ['repetition', 'truncation', 'refusal', 'wrong_language', 'broken_format'] as const

export type QualityFlag = (typeof qualityFlags)[number]

/** What is known of one answer. A score that could not be measured is null, never 0. */
export interface ResponseScores {
  /** Characters of the answer. */
  readonly length: number
  /** 0..1, calibrated: 0.7 is the 5th percentile of genuine text (docs/ai-quality.md). */
  readonly coherence: number | null
  /** 0..1, calibrated like coherence. */
  readonly relevance: number | null
  /** Evidence about the order of sentences, in standard deviations of the reference corpus; for drift only. */
  readonly order: number | null
  readonly flags: readonly QualityFlag[]
}

import type { ResponseScores } from './response-scores.ts'

/** The score under which one genuine answer in twenty is. */
const genuine = 0.7

/** Whether one answer, taken alone, looks as a good one does: no flag, and coherent as genuine text is. */
export function isGoodAnswer({ flags, coherence }: Pick<ResponseScores, 'flags' | 'coherence'>): boolean {
  return flags.length === 0 && (coherence === null || coherence >= genuine)
}

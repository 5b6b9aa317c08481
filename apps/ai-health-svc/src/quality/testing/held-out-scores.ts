import { readFileSync } from 'node:fs'
import { qualityFlags, type ResponseScores } from '../response-scores.ts'

const bytesEach = 4
const unmeasured = 255
/** Deviations of order that a byte covers, to either side. */
const widest = 5
const longEnough = 200

/** Scores as numbers of one byte, in base64: coherence, relevance, order, and a bit for each flag. */
export function packScores(scores: readonly ResponseScores[]): string {
  const byte = (share: number | null): number =>
    share === null ? unmeasured : Math.round(250 * Math.min(1, Math.max(0, share)))
  const bytes = scores.flatMap(({ coherence, relevance, order, flags }) => [
    byte(coherence),
    byte(relevance),
    byte(order === null ? null : 0.5 + order / (2 * widest)),
    flags.reduce((bits, flag) => bits | (1 << qualityFlags.indexOf(flag)), 0),
  ])
  return Buffer.from(bytes).toString('base64')
}

function unpackScores(packed: string): ResponseScores[] {
  const bytes = Buffer.from(packed, 'base64')
  const share = (byte: number): number | null => (byte === unmeasured ? null : byte / 250)
  return Array.from({ length: bytes.length / bytesEach }, (_, at) => {
    const [coherence, relevance, order, bits] = bytes.subarray(at * bytesEach)
    const place = share(order!)
    return {
      length: longEnough,
      coherence: share(coherence!),
      relevance: share(relevance!),
      order: place === null ? null : (place - 0.5) * 2 * widest,
      flags: qualityFlags.filter((_, flag) => (bits! & (1 << flag)) !== 0),
    }
  })
}

/** Scores of genuine passages and of damaged ones that took no part in the calibration; no text. */
export function heldOutScores(): Readonly<Record<string, readonly ResponseScores[]>> {
  const packed = JSON.parse(readFileSync(new URL('./held-out-scores.json', import.meta.url), 'utf8')) as Record<
    string,
    string
  >
  return Object.fromEntries(Object.entries(packed).map(([kind, text]) => [kind, unpackScores(text)]))
}

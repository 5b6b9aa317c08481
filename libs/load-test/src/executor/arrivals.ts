import type { OpenExecutor, Stage } from '../scenario/load-test.ts'

/** When the iterations of an open executor are to start, whatever becomes of those before. */
export interface ArrivalPlan {
  readonly count: number
  /** ms from the scenario's start to iteration `index`, from 0. */
  at(index: number): number
}

interface Piece {
  readonly fromMs: number
  readonly durationMs: number
  /** Iterations a ms at its start, and by how much that grows each ms. */
  readonly rate: number
  readonly slope: number
  /** Iterations started before it. */
  readonly before: number
}

export function arrivalPlan(executor: OpenExecutor): ArrivalPlan {
  const pieces = piecesOf(executor)
  const last = pieces.at(-1)
  const total = last ? last.before + startedIn(last, last.durationMs) : 0
  // Rounding must not cost the last iteration of a rate that divides its duration.
  const count = Math.floor(total + 1e-9)
  return {
    count,
    at: (index) => {
      const piece = pieces.findLast(({ before }) => before <= index)!
      return piece.fromMs + timeOf(piece, index - piece.before)
    },
  }
}

function piecesOf(executor: OpenExecutor): readonly Piece[] {
  const perMs = (rate: number): number => rate / executor.timeUnitMs
  if (executor.kind === 'constant-arrival-rate') {
    return [{ fromMs: 0, durationMs: executor.durationMs, rate: perMs(executor.rate), slope: 0, before: 0 }]
  }
  const pieces: Piece[] = []
  let rate = perMs(executor.startRate)
  let fromMs = 0
  let before = 0
  for (const { durationMs, target } of executor.stages) {
    const next = perMs(target)
    if (durationMs > 0) {
      const piece = { fromMs, durationMs, rate, slope: (next - rate) / durationMs, before }
      pieces.push(piece)
      fromMs += durationMs
      before += startedIn(piece, durationMs)
    }
    rate = next
  }
  return pieces
}

const startedIn = ({ rate, slope }: Piece, ms: number): number => rate * ms + (slope * ms * ms) / 2

/** When so many iterations of a piece have started: the area below its rate, solved for time. */
function timeOf({ rate, slope, durationMs }: Piece, started: number): number {
  if (Math.abs(slope) < 1e-15) return rate === 0 ? durationMs : started / rate
  const root = Math.sqrt(Math.max(0, rate * rate + 2 * slope * started))
  return Math.min(durationMs, Math.max(0, (root - rate) / slope))
}

/** How many virtual users a ramp asks for at a time, ms from its start. */
export function rampedVus(startVus: number, stages: readonly Stage[], atMs: number): number {
  let from = startVus
  let before = 0
  for (const { durationMs, target } of stages) {
    if (atMs < before + durationMs) return Math.round(from + ((target - from) * (atMs - before)) / durationMs)
    before += durationMs
    from = target
  }
  return from
}

export const durationOf = (stages: readonly Stage[]): number =>
  stages.reduce((sum, { durationMs }) => sum + durationMs, 0)

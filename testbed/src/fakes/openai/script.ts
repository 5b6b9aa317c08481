import { specOf } from './faults.ts'
import type { Fault, FaultSpec } from './faults.ts'
import type { Text } from './options.ts'

/** Which calls a fault is for: all, for ever, unless given. */
export interface Aim {
  readonly times?: number
  readonly model?: string
  /** A part of the path, as `embeddings`. */
  readonly path?: string
  /** So many of the calls that it is for go well first. */
  readonly afterCalls?: number
}

/** What happens to one call: at most one fault, and what changes a good answer. */
export interface Fate {
  readonly fault?: FaultSpec
  readonly headDelayMs: number
  readonly firstTokenDelayMs: number
  readonly text?: Text
}

interface Line {
  readonly fault: FaultSpec
  readonly aim: Aim
  passes: number
  left: number
}

/** The faults that are to come. Of those that are for a call the one that was scripted first happens, until its times are
 *  over; delays add up, and of texts the last one counts. */
export class Script {
  #lines: Line[] = []

  add(fault: Fault, aim: Aim = {}): void {
    if (aim.times === 0) return
    this.#lines.push({ fault: specOf(fault), aim, passes: aim.afterCalls ?? 0, left: aim.times ?? Infinity })
  }

  clear(): void {
    this.#lines = []
  }

  next(path: string, model: string | undefined): Fate {
    const fate: { -readonly [K in keyof Fate]: Fate[K] } = { headDelayMs: 0, firstTokenDelayMs: 0 }
    if (this.#lines.length === 0) return fate
    for (const line of this.#lines) {
      if (!isFor(line.aim, path, model)) continue
      const isBehindAnother = !changesGoodAnswer(line.fault) && fate.fault !== undefined
      if (isBehindAnother) continue
      if (line.passes > 0) line.passes--
      else {
        line.left--
        apply(line.fault, fate)
      }
    }
    this.#lines = this.#lines.filter(({ left }) => left > 0)
    return fate
  }
}

function isFor(aim: Aim, path: string, model: string | undefined): boolean {
  return (aim.model === undefined || aim.model === model) && (aim.path === undefined || path.includes(aim.path))
}

const changesGoodAnswer = ({ name }: FaultSpec): boolean =>
  name === 'slow_headers' || name === 'slow_first_token' || name === 'text'

function apply(fault: FaultSpec, fate: { -readonly [K in keyof Fate]: Fate[K] }): void {
  if (fault.name === 'slow_headers') fate.headDelayMs += fault.ms
  else if (fault.name === 'slow_first_token') fate.firstTokenDelayMs += fault.ms
  else if (fault.name === 'text') fate.text = fault.text
  else fate.fault = fault
}

import type { Paint } from '../terminal/paint.ts'
import type { Problem } from './health-report.ts'

export const requestStateNames = ['pending', 'running', 'succeeded', 'failed', 'uncertain', 'expired'] as const
export type RequestStateName = (typeof requestStateNames)[number]

/** A request that is tried again later. */
export interface QueuedRequest {
  readonly id: string
  readonly state: RequestStateName
  /** Name of the virtual key. */
  readonly key: string
  readonly endpoint: string
  readonly model: string
  readonly attempts: number
  readonly createdAt: string
  readonly nextAttemptAt: string | null
  readonly completedAt: string | null
  /** When it, or its result, is deleted. */
  readonly expiresAt: string
  readonly provider: string | null
  readonly answeredModel: string | null
  readonly lastProblem: Problem | null
}

export const requestsPath = '/api/v1/ai/requests'

const faces: Readonly<Record<RequestStateName, { icon: string; colour: keyof Paint }>> = {
  pending: { icon: '◷', colour: 'blue' },
  running: { icon: '◐', colour: 'blue' },
  succeeded: { icon: '●', colour: 'green' },
  failed: { icon: '✖', colour: 'red' },
  uncertain: { icon: '?', colour: 'orange' },
  expired: { icon: '✖', colour: 'orange' },
}

/** The state as an icon and a word, and the colour that goes with it. */
export const stateFace = (state: RequestStateName, paint: Paint) => ({
  text: `${faces[state].icon} ${state}`,
  paint: paint[faces[state].colour],
})

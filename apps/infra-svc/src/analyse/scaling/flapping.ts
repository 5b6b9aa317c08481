import type { HorizontalPodAutoscaler, KubeEvent } from '@akashic/kubernetes'
import { referenceTo } from '@akashic/kubernetes'
import type { Finding } from '../../finding/finding.ts'
import type { Analyser } from '../analyser.ts'
import { eventQuote } from '../quote.ts'
import { describe, edit } from '../remedies.ts'

/** The API server keeps events for an hour. */
const windowMs = 3_600_000
/** Up, down, up and down again within the window. */
const leastTurns = 3

/** Autoscalers that go up and down again and again: pods are started and killed for nothing. */
export const flapping: Analyser = {
  rules: ['hpa-flapping'],
  needs: ['HorizontalPodAutoscaler', 'Event'],
  *find({ view, now }) {
    for (const hpa of view.all('HorizontalPodAutoscaler')) {
      const events = view
        .eventsOf(hpa)
        .filter(({ reason, lastAt }) => reason === 'SuccessfulRescale' && lastAt !== null && lastAt >= now - windowMs)
      const turns = Math.max(turnsOf(sizesIn(events, now - windowMs)), returnsIn(events, now - windowMs))
      if (turns >= leastTurns) yield turning(hpa, events, turns)
    }
  },
}

interface Size {
  readonly at: number
  readonly size: number
}

/** The sizes that are known with their times: of an event that repeats, its first and its last. */
function sizesIn(events: readonly KubeEvent[], since: number): readonly Size[] {
  return events
    .flatMap(({ message, firstAt, lastAt }) => {
      const size = sizeIn(message)
      const times = firstAt === lastAt ? [lastAt] : [firstAt, lastAt]
      return size === null ? [] : times.flatMap((at) => (at === null || at < since ? [] : { at, size }))
    })
    .toSorted((a, b) => a.at - b.at)
}

/** Turns by how often the largest or the smallest size was come to: one at it, and one before it is come to again. Events
 *  that say the same are counted as one, and what lies between its times is not known otherwise. */
function returnsIn(events: readonly KubeEvent[], since: number): number {
  const within = events.filter(({ firstAt }) => firstAt !== null && firstAt >= since)
  const times = new Map<number, number>()
  for (const { message, count } of within) {
    const size = sizeIn(message)
    if (size !== null) times.set(size, (times.get(size) ?? 0) + Math.max(1, count))
  }
  const ends = [Math.max(...times.keys()), Math.min(...times.keys())]
  return times.size < 2 ? 0 : Math.max(...ends.map((size) => 2 * (times.get(size)! - 1)))
}

function sizeIn(message: string): number | null {
  const size = /New size: (\d+)/.exec(message)?.[1]
  return size === undefined ? null : Number(size)
}

/** How often the direction changed between the times that are known. */
function turnsOf(sizes: readonly Size[]): number {
  let [direction, turns] = [0, 0]
  for (const [index, { size }] of sizes.entries()) {
    const step = Math.sign(size - (sizes[index - 1]?.size ?? size))
    if (step === 0) continue
    if (direction !== 0 && step !== direction) turns++
    direction = step
  }
  return turns
}

function turning(hpa: HorizontalPodAutoscaler, events: readonly KubeEvent[], turns: number): Finding {
  const object = referenceTo(hpa)
  return {
    ...{ rule: 'hpa-flapping', severity: 'warning', object, uid: hpa.uid, part: '', reason: 'SuccessfulRescale' },
    summary: `It turned at least ${turns} times between up and down within the last hour: pods are started and killed for nothing.`,
    evidence: events.slice(0, 6).map(eventQuote),
    remedies: [
      describe(object),
      edit(
        object,
        'Have it wait before it scales down: behavior.scaleDown.stabilizationWindowSeconds',
        'how fast it scales',
      ),
    ],
    blames: [],
    involves: [{ kind: hpa.target.kind, namespace: hpa.namespace, name: hpa.target.name }],
    since: Math.min(...events.flatMap(({ firstAt }) => firstAt ?? [])),
  }
}

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
      const turns = turnsOf(sizesIn(events, now - windowMs))
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
      const size = /New size: (\d+)/.exec(message)?.[1]
      const times = firstAt === lastAt ? [lastAt] : [firstAt, lastAt]
      return size === undefined
        ? []
        : times.flatMap((at) => (at === null || at < since ? [] : { at, size: Number(size) }))
    })
    .toSorted((a, b) => a.at - b.at)
}

/** How often the direction changed, at least: what lies between two times of an event is not known. */
export function turnsOf(sizes: readonly Size[]): number {
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
    summary: `It turned ${turns} times between up and down within the last hour: pods are started and killed for nothing.`,
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

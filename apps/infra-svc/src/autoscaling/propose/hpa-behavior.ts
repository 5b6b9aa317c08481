import type { HorizontalPodAutoscaler } from '@akashic/kubernetes'

const longestWindow = 3_600
/** What the controller does where nothing is said. */
const usualWindow = 300

/** Up by the double or by four pods in 15 s, after a minute; down by a fifth a minute, after five. */
const steady = (downSeconds: number) => ({
  scaleUp: {
    stabilizationWindowSeconds: 60,
    policies: [
      { type: 'Percent', value: 100, periodSeconds: 15 },
      { type: 'Pods', value: 4, periodSeconds: 15 },
    ],
    selectPolicy: 'Max',
  },
  scaleDown: {
    stabilizationWindowSeconds: downSeconds,
    policies: [{ type: 'Percent', value: 20, periodSeconds: 60 }],
    selectPolicy: 'Max',
  },
})

export interface BehaviorPlan {
  readonly behavior: unknown
  readonly changes: readonly string[]
}

/** How fast an autoscaler should go: as it is told where that does well. */
export function planBehavior(hpa: HorizontalPodAutoscaler | null, isFlapping: boolean): BehaviorPlan {
  const now = downWindow(hpa)
  if (isFlapping) {
    const seconds = Math.min(longestWindow, Math.max(usualWindow, now * 2))
    return {
      behavior: steady(seconds),
      changes: [`behavior: waits ${seconds} s instead of ${now} s before it goes down, and goes down by 20 % a minute`],
    }
  }
  if (hpa !== null && hpa.behavior !== null) return { behavior: hpa.behavior, changes: [] }
  return {
    behavior: steady(usualWindow),
    changes: ['behavior: up by 100 % or 4 pods in 15 s, down by 20 % a minute after 300 s'],
  }
}

function downWindow(hpa: HorizontalPodAutoscaler | null): number {
  const behavior = hpa?.behavior as { scaleDown?: { stabilizationWindowSeconds?: unknown } | null } | null | undefined
  const seconds = behavior?.scaleDown?.stabilizationWindowSeconds
  return typeof seconds === 'number' ? seconds : usualWindow
}

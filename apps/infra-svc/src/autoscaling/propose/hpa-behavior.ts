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
  readonly warnings: readonly string[]
}

/** How fast an autoscaler should go: as it is told where that does well. */
export function planBehavior(hpa: HorizontalPodAutoscaler | null, isFlapping: boolean): BehaviorPlan {
  const now = hpa?.behavior as Behavior | null | undefined
  if (!now) {
    const seconds = isFlapping ? slower(usualWindow) : usualWindow
    return {
      behavior: steady(seconds),
      changes: [`behavior: up by 100 % or 4 pods in 15 s, down by 20 % a minute after ${seconds} s`],
      warnings: [],
    }
  }
  return isFlapping ? calmed(now) : { behavior: now, changes: [], warnings: [] }
}

interface Rules {
  readonly stabilizationWindowSeconds?: number | null
  readonly policies?:
    readonly { readonly type: string; readonly value: number; readonly periodSeconds: number }[] | null
  readonly selectPolicy?: string | null
}

interface Behavior {
  readonly scaleUp?: Rules | null
  readonly scaleDown?: Rules | null
}

const slower = (seconds: number): number => Math.min(longestWindow, Math.max(usualWindow, seconds * 2))

/** Going down is made slower; how it goes up stays as it is. */
function calmed(now: Behavior): BehaviorPlan {
  const window = now.scaleDown?.stabilizationWindowSeconds ?? usualWindow
  const scaleDown: Rules = { ...now.scaleDown, ...steady(slower(window)).scaleDown }
  const fields = ['stabilizationWindowSeconds', 'policies', 'selectPolicy'] as const
  const changes = fields.flatMap((field) => {
    const [was, becomes] = [fieldText(now.scaleDown ?? {}, field), fieldText(scaleDown, field)]
    return was === becomes ? [] : [`behavior.scaleDown.${field}: ${was} -> ${becomes}`]
  })
  return {
    behavior: { ...now, scaleDown },
    changes,
    warnings:
      window >= longestWindow
        ? [`It waits ${window} s before it goes down already, and there is no longer wait: look at what it scales by.`]
        : [],
  }
}

function fieldText(rules: Rules, field: keyof Rules): string {
  if (field !== 'policies') return String(rules[field] ?? 'not set')
  return (
    rules.policies?.map(({ type, value, periodSeconds }) => `${value} ${type} each ${periodSeconds} s`).join(', ') ||
    'not set'
  )
}

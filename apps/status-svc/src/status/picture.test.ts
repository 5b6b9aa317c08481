import { componentSchema } from '@akashic/config'
import fc from 'fast-check'
import type { ComponentRecord } from '../component/component.ts'
import { unmeasured, type ComponentState } from './advance.ts'
import type { Verdict } from './check-verdict.ts'
import { emptyPicture, takePicture, type Picture } from './picture.ts'

const everything = { touched: null, hasTurned: true }

function aRecord(num: number, dependsOn: readonly number[]): ComponentRecord {
  const input = {
    id: `c-${num}`,
    name: `C ${num}`,
    critical: num % 2 === 0,
    dependsOn: dependsOn.map((on) => `c-${on}`),
  }
  const visibility = num % 3 === 0 ? ('internal' as const) : ('public' as const)
  return {
    id: input.id,
    num,
    version: 1,
    position: num,
    createdAtMs: 0,
    spec: componentSchema.parse({ ...input, visibility }),
  }
}

const aState = (status: Verdict, sinceMs: number, more: Partial<ComponentState> = {}): ComponentState => ({
  ...unmeasured(sinceMs),
  status,
  ...more,
})

const records = [aRecord(0, []), aRecord(1, [0]), aRecord(2, [1]), aRecord(3, []), aRecord(4, [3, 0])]
const anyStep = fc.record({
  num: fc.nat(records.length - 1),
  turnsTo: fc.option(fc.constantFrom<Verdict>('operational', 'degraded', 'partial_outage', 'outage', 'unknown')),
  isBlind: fc.boolean(),
})

function withoutTime({ generatedAtMs: _, overallSinceMs: __, ...picture }: Picture) {
  return picture
}

test('a picture made of what changed is the picture made of everything', () => {
  fc.assert(
    fc.property(fc.array(fc.array(anyStep, { maxLength: 3 }), { maxLength: 10 }), (rounds) => {
      const states = new Map(records.map((record) => [record.num, aState('unknown', 0)]))
      let picture = takePicture(records, states, 0, emptyPicture(0), everything)
      rounds.forEach((steps, round) => {
        const nowMs = round + 1
        for (const { num, turnsTo, isBlind } of steps) {
          const before = states.get(num)!
          const failure = isBlind ? { code: 'blind', sentence: 'checker cannot see', detail: '' } : null
          const turned = turnsTo && aState(turnsTo, nowMs, { failure })
          states.set(num, { ...(turned ?? before), lastCheckedMs: nowMs })
        }
        const touched = new Set(steps.map(({ num }) => num))
        const hasTurned = steps.some(({ turnsTo }) => turnsTo !== null)
        picture = takePicture(records, states, nowMs, picture, { touched, hasTurned })
        const whole = takePicture(records, states, nowMs, emptyPicture(0), everything)
        expect(withoutTime(picture)).toEqual(withoutTime(whole))
      })
    }),
  )
})

test('nothing new is the picture before, and a component that did not change is the same object as before', () => {
  const states = new Map([[0, aState('operational', 5)]])
  const before = takePicture(records, states, 10, emptyPicture(0), everything)
  expect(takePicture(records, states, 20, before, everything)).toBe(before)
  states.set(3, aState('outage', 30))
  const after = takePicture(records, states, 30, before, { touched: new Set([3]), hasTurned: true })
  expect(after.components.get('c-0')).toBe(before.components.get('c-0'))
  expect(after.components.get('c-3')).toMatchObject({ status: 'outage', sinceMs: 30 })
  expect(after.generatedAtMs).toBe(30)
})

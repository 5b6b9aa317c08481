import { crashed, aFailing, logOf } from '../../testing/a-failing.ts'
import { aCase, aChange, aWorkload } from '../../testing/a-case.ts'
import type { FieldChange } from '../../change/change.ts'
import { explain } from '../explain.ts'

const env = `{ name: MODE, valueFrom: { secretKeyRef: { name: modes, key: mode } } }`
const rolledOut = (field: FieldChange) => aChange(aWorkload('web'), { kind: 'rollout', fields: [field] })
const level = { path: 'containers[app].env[LEVEL]', before: 'info', after: 'warn' }
const reference = { path: 'containers[app].env[MODE]', before: null, after: 'Secret modes.mode' }

function strengths(field: FieldChange, line: string) {
  const given = aCase({
    manifests: aFailing('web', { env, ...crashed }),
    logs: logOf('web-1', line),
    changes: [rolledOut(field)],
  })
  const { causes } = explain(given, { kind: 'namespace', namespace: 'shop' }, [])
  return Object.fromEntries(
    causes.map(({ object, points }) => [object.kind, points.some(({ rule }) => rule === 'observed')]),
  )
}

// A Secret comes after a Deployment by name, so that only what speaks for it can put it first.
describe('a rollout before what a process complains of', () => {
  const complaint = 'Error: MODE is not valid'

  test('only fits where the complaint names somebody whom it did not bring in', () => {
    expect(strengths(level, complaint)).toEqual({ Secret: true, Deployment: false })
  })

  test('is observed where it brought that in, or where nobody is named', () => {
    expect(strengths(reference, complaint)).toEqual({ Secret: true, Deployment: true })
    expect(strengths(level, 'Error: it cannot be so')).toEqual({ Deployment: true })
  })
})

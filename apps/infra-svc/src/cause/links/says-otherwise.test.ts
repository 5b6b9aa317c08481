import { crashed, aFailing, logOf } from '../../testing/a-failing.ts'
import { ago } from '../../testing/a-look.ts'
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

describe('a ConfigMap before probes that are not let in', () => {
  const common = { kind: 'ConfigMap', namespace: 'shop', name: 'common' }
  const path = { path: 'data.AUTH', before: 'off', after: 'on' }
  const changed = aChange(common, { at: Date.parse(ago(720)), fields: [path] })
  const probed = (name: string) => `${aFailing(name, { runs: 700, since: 690 })
    .replace(
      'image: web, env: []',
      'image: web, envFrom: [{ configMapRef: { name: common } }], readinessProbe: { httpGet: { path: /, port: 80 } }',
    )
    .replace('annotations:', `creationTimestamp: '${ago(3_600)}', annotations:`)}
kind: Event
metadata: { name: ${name}, namespace: shop }
type: Warning
reason: Unhealthy
message: 'Readiness probe failed: HTTP probe failed with statuscode: 401'
count: 30
lastTimestamp: '${ago(10)}'
involvedObject: { kind: Pod, namespace: shop, name: ${name}-1, uid: Pod-${name}-1, fieldPath: 'spec.containers{app}' }
---`
  const config = `
kind: ConfigMap
metadata: { name: common, namespace: shop }
data: { AUTH: 'on' }
---`
  const causesFor = (names: readonly string[], ...rollouts: readonly FieldChange[]) => {
    const since = rollouts.map((field) => ({ ...rolledOut(field), at: Date.parse(ago(700)) }))
    const given = aCase({ manifests: names.map(probed).join('') + config, changes: [changed, ...since] })
    return explain(given, { kind: 'namespace', namespace: 'shop' }, []).causes
  }

  test('is what they fail of, where the workloads ask as they did before', () => {
    const restarted = {
      path: 'annotations.kubectl.kubernetes.io/restartedAt',
      before: null,
      after: '2026-11-20T11:48:00Z',
    }
    const all = ['web', 'api', 'desk']
    for (const [cause] of [causesFor(all), causesFor(all, restarted)]) {
      expect(cause).toMatchObject({ object: common, isEstablished: true })
    }
  })

  test('only fits where the workload was rolled out to ask otherwise', () => {
    const asks = { path: 'containers[app].readinessProbe.httpGet.path', before: '/', after: '/private' }
    const isObserved = (...rollouts: readonly FieldChange[]) =>
      causesFor(['web'], ...rollouts).some(
        ({ object, points }) => object.kind === 'ConfigMap' && points.some(({ rule }) => rule === 'observed'),
      )
    expect(isObserved()).toBe(true)
    expect(isObserved(asks)).toBe(false)
  })
})

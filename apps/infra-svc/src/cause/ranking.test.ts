import { aCase, aChange, aWorkload, type CaseOptions } from '../testing/a-case.ts'
import { aFailing, aService, crashed, logOf } from '../testing/a-failing.ts'
import { now } from '../testing/a-look.ts'
import { explain } from './explain.ts'

const notSet = (pod: string) => logOf(pod, 'Error: STRIPE_KEY is not set')
const calls = (...names: readonly string[]): string =>
  names.map((name) => `{ name: ${name.toUpperCase()}, value: "http://${name}" }`).join(', ')

/** What is said to be the reason that Deployment web is not well: names in their order. */
function reasons(options: CaseOptions): readonly string[] {
  const { causes } = explain(aCase(options), { kind: 'workload', workload: aWorkload('web') }, [])
  return causes.map(({ object }) => object.name)
}

const web = aFailing('web', { env: calls('billing', 'stock') }) + aService('billing') + aService('stock')
const bothCrash = { ...notSet('billing-1'), ...notSet('stock-1') }

test('of two that it depends on and that fail, neither is told before the other without a reason', () => {
  const manifests = web + aFailing('billing', crashed) + aFailing('stock', crashed)
  expect(reasons({ manifests, logs: bothCrash })).toEqual(['billing', 'stock'])
})

test('of two that it depends on and that fail, the one that was changed minutes before comes first', () => {
  const manifests = web + aFailing('billing', crashed) + aFailing('stock', crashed)
  const changes = [aChange(aWorkload('stock'), { kind: 'rollout' })]
  expect(reasons({ manifests, logs: bothCrash, changes })).toEqual(['stock', 'billing'])
})

test('of two that it depends on and that fail, the one that failed only afterwards comes last', () => {
  const later = { since: 120, ended: crashed.ended, restarts: 1 }
  const manifests = web + aFailing('billing', later) + aFailing('stock', crashed)
  expect(reasons({ manifests, logs: bothCrash })).toEqual(['stock', 'billing'])
})

test('what fails again and again is not said to have begun when it last did', () => {
  const again = { since: 120, ended: crashed.ended, restarts: 7 }
  const manifests = web + aFailing('billing', again) + aFailing('stock', crashed)
  expect(reasons({ manifests, logs: bothCrash })).toEqual(['billing', 'stock'])
})

test('of two that it depends on, the one that crashes comes before the one that was meant to rest', () => {
  const resting = aFailing('billing').split('---')[0]!.replace('replicas: 1', 'replicas: 0')
  const manifests = `${web}${resting.replace('readyReplicas: 0', '')}---${aFailing('stock', crashed)}`
  const logs = {
    ...notSet('stock-1'),
    ...logOf('web-1', 'Error: connect ECONNREFUSED billing:80', 'Error: connect ECONNREFUSED stock:80'),
  }
  expect(reasons({ manifests, logs })).toEqual(['stock', 'billing'])
})

test('what is behind a dependency that has a trouble of its own comes before it', () => {
  const killed = { ended: 'exitCode: 137, reason: OOMKilled', restarts: 7, env: calls('stock') }
  const manifests = web + aFailing('billing', killed) + aFailing('stock', crashed)
  const logs = {
    ...notSet('stock-1'),
    ...logOf('billing-1', 'Error: connect ECONNREFUSED stock:80'),
    ...logOf('web-1', 'Error: connect ECONNREFUSED billing:80'),
  }
  expect(reasons({ manifests, logs })).toEqual(['stock', 'billing'])
})

test('a Secret since whose change three workloads fail alike comes before the rollout of one of them', () => {
  const uses = { ...crashed, volume: '{ name: key, secret: { secretName: key } }' }
  const manifests = `${aFailing('web', uses)}${aFailing('api', uses)}${aFailing('desk', uses)}
apiVersion: v1
kind: Secret
metadata: { name: key, namespace: shop }
---`
  const level = { path: 'containers[app].env[LEVEL]', before: 'info', after: 'warn' }
  const changes = [
    aChange({ kind: 'Secret', namespace: 'shop', name: 'key' }, { kind: 'secret', at: now - 640_000 }),
    aChange(aWorkload('web'), { kind: 'rollout', fields: [level] }),
  ]
  const logs = logOf('web-1', 'the ravens have left the tower')
  expect(reasons({ manifests, logs, changes })).toEqual(['key', 'web'])
})

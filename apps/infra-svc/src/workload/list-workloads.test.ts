import { aView, ago, now } from '../testing/a-look.ts'
import { listWorkloads } from './list-workloads.ts'

const template = (name: string) =>
  `template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: app, image: '${name}:1' }], initContainers: [{ name: init, image: 'init:1' }] } }`
const deployment = (name: string, wanted: number, ready: number, namespace = 'shop') => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace}, uid: ${name}, generation: 1, annotations: { deployment.kubernetes.io/revision: '3' }, creationTimestamp: '${ago(name === 'new' ? 10 : 3_600)}' }
spec: { replicas: ${wanted}, selector: { matchLabels: { app: ${name} } }, ${template(name)} }
status: { observedGeneration: 1, replicas: ${wanted}, updatedReplicas: ${wanted}, readyReplicas: ${ready}, availableReplicas: ${ready} }
---`
const crashing = (name: string) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}-1, namespace: shop, uid: ${name}-1, ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: ${name}, uid: ${name}, controller: true }] }
spec: { nodeName: n, containers: [{ name: app, image: x }] }
status: { phase: Running, containerStatuses: [{ name: app, restartCount: 9, state: { waiting: { reason: CrashLoopBackOff } }, lastState: { terminated: { exitCode: 1, reason: Error, finishedAt: '${ago(60)}' } } }] }
---`
const namespaces =
  'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n---\napiVersion: v1\nkind: Namespace\nmetadata: { name: empty }\n---'
const cronJob = `
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly, namespace: shop, uid: cron }
spec: { schedule: '0 3 * * *', jobTemplate: { spec: { ${template('nightly')} } } }
status: { lastScheduleTime: '${ago(3_600 * 9)}', lastSuccessfulTime: '${ago(3_600 * 9)}' }
---
apiVersion: batch/v1
kind: Job
metadata: { name: nightly-1, namespace: shop, uid: job, ownerReferences: [{ apiVersion: batch/v1, kind: CronJob, name: nightly, uid: cron, controller: true }] }
spec: { completions: 1, ${template('nightly')} }
status: { succeeded: 1, completionTime: '${ago(3_600)}', conditions: [{ type: Complete, status: 'True' }] }
---
apiVersion: batch/v1
kind: Job
metadata: { name: once, namespace: shop, uid: once }
spec: { completions: 3, ${template('once')} }
status: { succeeded: 3, completionTime: '${ago(60)}', conditions: [{ type: Complete, status: 'True' }] }
---`

const view = aView(
  [
    namespaces,
    deployment('web', 2, 2),
    deployment('off', 0, 0),
    deployment('new', 3, 1),
    deployment('bad', 1, 0),
    crashing('bad'),
    deployment('other', 1, 1, 'empty'),
    cronJob,
  ].join('\n'),
)
const list = (more: Partial<Parameters<typeof listWorkloads>[1]> = {}) =>
  listWorkloads(view, { namespace: 'shop', limit: 50, cursor: '', now, ...more })

test('the worst come first, each with what is wanted, what is ready, and what is wrong', () => {
  const { workloads, unseen } = list()
  expect(workloads.map(({ name, status, ready, wanted }) => `${name} ${status} ${ready}/${wanted}`)).toEqual([
    'bad critical 0/1',
    'new progressing 1/3',
    'web healthy 2/2',
    'nightly idle 0/0',
    'off idle 0/0',
    'once idle 3/0',
  ])
  expect(workloads[0]).toMatchObject({
    ...{ kind: 'Deployment', namespace: 'shop', images: ['bad:1'], revision: '3' },
    worst: { rule: 'pod-crash-loop', severity: 'critical', reason: 'CrashLoopBackOff' },
  })
  expect(unseen).toEqual([])
})

test('pages follow each other without a gap or a repetition', () => {
  const names: string[] = []
  let cursor = ''
  do {
    const page = list({ limit: 2, cursor })
    names.push(...page.workloads.map(({ name }) => name))
    cursor = page.nextCursor
  } while (cursor !== '')
  expect(names).toEqual(list().workloads.map(({ name }) => name))
})

test('what is well cannot be told where the pods cannot be seen', () => {
  const blind = aView(namespaces + deployment('web', 1, 1))
  blind.setFreshness('Pod', { state: 'unknown', reason: 'forbidden', missingPermission: 'list pods' })
  const { workloads, unseen } = listWorkloads(blind, { namespace: '', limit: 50, cursor: '', now })
  expect(workloads).toMatchObject([{ name: 'web', status: 'unknown' }])
  expect(unseen).toEqual([{ what: 'Pod', reason: 'forbidden' }])
})

test('a namespace that there is not, or that is no name, is said to be so', () => {
  expect(() => list({ namespace: 'nobody' })).toThrow('There is no namespace nobody')
  expect(() => list({ namespace: 'No Name' })).toThrow(/namespace/)
  expect(list({ namespace: 'empty' }).workloads.map(({ name }) => name)).toEqual(['other'])
})

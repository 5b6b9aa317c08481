import { execFileSync } from 'node:child_process'
import { aView } from '../testing/a-look.ts'
import { ofMissing } from './configuration.ts'
import { setImage, setVariable, restart, patchTemplate } from './template.ts'
import { otherImage } from './image.ts'

const workload = (kind: string) => ({ kind, namespace: 'shop', name: 'web' })

test.each(['Deployment', 'StatefulSet', 'DaemonSet'])('a %s is rolled out, and back', (kind) => {
  const [remedy] = setVariable(aView(''), workload(kind), 'app', 'MODE')
  expect(remedy).toMatchObject({
    command: `kubectl set env -n shop ${kind.toLowerCase()}/web -c app MODE=<value>`,
    changes: expect.stringContaining('rollout'),
    undo: `kubectl rollout undo -n shop ${kind.toLowerCase()}/web`,
  })
})

test('the template of a CronJob lies deeper, and has no revisions to go back to', () => {
  const [remedy] = patchTemplate(
    aView(''),
    workload('CronJob'),
    { priorityClassName: null },
    { title: 'x', changes: 'y' },
  )
  expect(remedy!.command).toContain(
    '{"spec":{"jobTemplate":{"spec":{"template":{"spec":{"priorityClassName":null}}}}}}',
  )
  expect(remedy!.undo).not.toContain('rollout')
  expect(restart(workload('CronJob'))).toEqual([])
})

test('the template of a Job cannot be changed: making it anew destroys its logs, and says so', () => {
  expect(setVariable(aView(''), workload('Job'), 'app', 'MODE')).toMatchObject([
    { command: 'kubectl delete -n shop job/web', isDestructive: true },
  ])
})

test('nothing is proposed for owners of a kind that nobody knows', () => {
  expect(setImage(aView(''), workload('Rollout'), 'app')).toEqual([])
})

test('of an image that cannot be had the one of the revision before is proposed', () => {
  const revision = (number: number, image: string) => `
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web-${number}, namespace: shop, annotations: { deployment.kubernetes.io/revision: '${number}' }, ownerReferences: [{ kind: Deployment, name: web, uid: Deployment-web, controller: true }] }
spec: { template: { spec: { containers: [{ name: app, image: '${image}' }] } } }
---`
  const view = aView(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, annotations: { deployment.kubernetes.io/revision: '3' } }
---${revision(1, 'web:1')}${revision(2, 'web:2')}${revision(3, 'web:9')}`)
  expect(otherImage(view, workload('Deployment'), 'app', 'web:9')).toMatchObject([
    { command: 'kubectl set image -n shop deployment/web app=web:2' },
  ])
})

test('a shell refuses a command in which nobody has filled in what only its owner knows', () => {
  const commands = [
    ...setVariable(aView(''), workload('Deployment'), 'app', 'MODE'),
    ...setImage(aView(''), workload('Deployment'), 'app'),
    ...ofMissing({ kind: 'ConfigMap', namespace: 'shop', name: 'web' }).remedies!,
  ].map(({ command }) => command!)
  expect(commands).toHaveLength(3)
  for (const command of commands) {
    const inShell = () => execFileSync('sh', ['-c', `kubectl() { :; }; ${command}`], { stdio: 'pipe' })
    expect(inShell).toThrow(/syntax error/i)
  }
})

import { ago, aLook, aView } from '../../testing/a-look.ts'
import { aContainer, manifests } from '../../testing/objects.ts'
import { configMissing } from './config-missing.ts'

type Fields = Readonly<Record<string, unknown>>

const template = (spec: Fields) => ({ spec: { containers: [aContainer()], ...spec } })
const workload = (spec: Fields, more: Fields = {}, metadata: Fields = {}) => ({
  kind: 'Deployment',
  metadata: { name: 'web', ...metadata },
  spec: { replicas: 1, template: template(spec), ...more },
})
const configMap = { kind: 'ConfigMap', metadata: { name: 'settings' }, data: { url: 'x' } }
const secret = { kind: 'Secret', metadata: { name: 'login' }, data: { password: 'eA==' } }
const env = (kind: string, name: string, key: string, more: Fields = {}) =>
  aContainer({ env: [{ name: 'X', valueFrom: { [kind]: { name, key, ...more } } }] })
const from = (kind: string, name: string) => aContainer({ envFrom: [{ [kind]: { name } }] })
const find = (...objects: readonly Fields[]) => [...configMissing.find(aLook(manifests(configMap, secret, ...objects)))]

describe('a template that names what is not there', () => {
  test.each<[string, Fields, string, string]>([
    [
      'a key of a ConfigMap',
      { containers: [env('configMapKeyRef', 'settings', 'port')] },
      'ConfigMap settings',
      'it has no key port',
    ],
    [
      'a key that every object of a program has',
      { containers: [env('configMapKeyRef', 'settings', 'constructor')] },
      'ConfigMap settings',
      'it has no key constructor',
    ],
    ['a key of a Secret', { containers: [env('secretKeyRef', 'login', 'user')] }, 'Secret login', 'it has no key user'],
    ['a ConfigMap', { containers: [from('configMapRef', 'gone')] }, 'ConfigMap gone', 'it does not exist'],
    [
      'a Secret of an init container',
      { initContainers: [from('secretRef', 'gone')] },
      'Secret gone',
      'it does not exist',
    ],
    [
      'a mounted Secret',
      { volumes: [{ name: 'a', secret: { secretName: 'gone' } }] },
      'Secret gone',
      'it does not exist',
    ],
    [
      'a mounted key',
      { volumes: [{ name: 'a', configMap: { name: 'settings', items: [{ key: 'app.yaml', path: 'a' }] } }] },
      'ConfigMap settings',
      'it has no key app.yaml',
    ],
    [
      'a ConfigMap of a projected volume',
      { volumes: [{ name: 'a', projected: { sources: [{ configMap: { name: 'gone' } }] } }] },
      'ConfigMap gone',
      'it does not exist',
    ],
    ['a service account', { serviceAccountName: 'robot' }, 'ServiceAccount robot', 'it does not exist'],
  ])('is told with %s', (_, spec, named, because) => {
    const [finding, ...others] = find(workload(spec))
    expect(others).toEqual([])
    expect(finding).toMatchObject({
      ...{ rule: 'config-missing', severity: 'warning', reason: 'MissingReference' },
      object: { kind: 'Deployment', namespace: 'default', name: 'web' },
      evidence: [{ kind: 'absence' }],
      blames: [{ because: expect.stringContaining(because), strength: 'direct' }],
    })
    expect(finding!.blames.map(({ object }) => `${object.kind} ${object.name}`)).toEqual([named])
  })

  test('that several containers name is told once', () => {
    const twice = [from('secretRef', 'gone'), { ...from('secretRef', 'gone'), name: 'proxy' }]
    expect(find(workload({ containers: twice }))[0]!.blames).toHaveLength(1)
  })

  test.each(['StatefulSet', 'DaemonSet'])('is told of a %s too', (kind) => {
    const spec = { containers: [from('secretRef', 'gone')] }
    expect(find({ ...workload(spec), kind, status: { desiredNumberScheduled: 1 } })).toHaveLength(1)
  })

  test('is told of a CronJob before it runs', () => {
    const spec = {
      schedule: '@daily',
      jobTemplate: { spec: { template: template({ containers: [from('secretRef', 'gone')] }) } },
    }
    expect(find({ kind: 'CronJob', metadata: { name: 'nightly' }, spec })).toHaveLength(1)
  })

  const gone = { containers: [from('secretRef', 'gone')] }
  test.each<[string, Fields]>([
    [
      'names what is there',
      workload({ containers: [env('configMapKeyRef', 'settings', 'url'), from('secretRef', 'login')] }),
    ],
    ['may do without it', workload({ containers: [env('secretKeyRef', 'gone', 'x', { optional: true })] })],
    ['is scaled to nothing', workload(gone, { replicas: 0 })],
    ['is being deleted', workload(gone, {}, { deletionTimestamp: ago(1) })],
    ['runs as the account that every namespace has', workload({ serviceAccountName: 'default' })],
  ])('says nothing of one that %s', (_, object) => {
    expect(find(object)).toEqual([])
  })

  test('says nothing of Secrets where none may be read', () => {
    const view = aView(manifests(workload(gone)))
    view.setFreshness('Secret', { state: 'unknown', reason: 'forbidden', missingPermission: 'list secrets' })
    expect([...configMissing.find({ ...aLook(''), view })]).toEqual([])
  })
})

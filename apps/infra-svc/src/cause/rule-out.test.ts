import { ago, now } from '../testing/a-look.ts'
import { aCase, aChange, aFinding, aWorkload, type CaseOptions } from '../testing/a-case.ts'
import { aFailing, aService, crashed, logOf, type FailingOptions } from '../testing/a-failing.ts'
import type { RuledOut } from './diagnosis.ts'
import { explain } from './explain.ts'

const minute = 60_000

/** A Deployment that crashes since ten minutes and whose log says why. */
const web = (uses: FailingOptions = {}): string => aFailing('web', { ...crashed, ...uses })
const logs = logOf('web-1', 'Error: STRIPE_KEY is not set')

const node = (status: string, more = '') => `
apiVersion: v1
kind: Node
metadata: { name: n1 }
status: { conditions: [{ type: Ready, status: ${status} }${more}] }
---`

/** @param port that its pod declares; it is sent to 80. */
const service = (namespace: string, name: string, isReady: boolean | null, port = 80) => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { app: ${name} }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: ${name}-1, namespace: ${namespace}, labels: { app: ${name} }, ownerReferences: [{ kind: Deployment, name: ${name}, uid: d, controller: true }] }
spec: { containers: [{ name: app, image: web, ports: [{ containerPort: ${port}, protocol: TCP }] }] }
status: { phase: Running, conditions: [{ type: Ready, status: '${isReady ? 'True' : 'False'}' }] }
---${
  isReady === null
    ? ''
    : `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ${name}-a, namespace: ${namespace}, labels: { kubernetes.io/service-name: ${name} } }
endpoints: [{ addresses: [10.0.0.1], conditions: { ready: ${isReady} }, targetRef: { kind: Pod, namespace: ${namespace}, name: ${name}-1 } }]
---`
}`

const configMap = (createdAgo = 86_400) => `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop, creationTimestamp: '${ago(createdAgo)}' }
---`
const usesSettings = { volume: '{ name: settings, configMap: { name: settings } }' }
const settings = { kind: 'ConfigMap', namespace: 'shop', name: 'settings' }

const quota = (used: number) => `
apiVersion: v1
kind: ResourceQuota
metadata: { name: pods, namespace: shop }
spec: { hard: { pods: '10' } }
status: { hard: { pods: '10' }, used: { pods: '${used}' } }
---`

function ruledOut(options: CaseOptions): readonly string[] {
  const { ruledOut: all, causes } = explain(
    aCase({ logs, ...options }),
    { kind: 'workload', workload: aWorkload('web') },
    [],
  )
  expect(causes[0]?.object).toEqual(aWorkload('web'))
  return all.map(({ object, hypothesis }: RuledOut) => `${object.kind} ${object.name}: ${hypothesis}`)
}

describe('a node', () => {
  const isBroken = 'Node n1: the node is broken'

  test('on which the pods are, that is ready and of which nothing was found', () => {
    expect(ruledOut({ manifests: web() + node("'True'") })).toEqual([isBroken])
  })

  test.each([
    ['is not there', ''],
    ['does not say whether it is ready', node("'True'").replace('type: Ready', 'type: Other')],
    ['is crowded', node("'True'").replace('status: {', "status: { allocatable: { pods: '1' },")],
    ['is short of memory', node("'True'", ", { type: MemoryPressure, status: 'True' }")],
    ['has none of the pods', node("'True'").replace('n1', 'n2')],
  ])('that %s is not ruled out', (_, manifest) => {
    expect(ruledOut({ manifests: web() + manifest })).not.toContain(isBroken)
  })
})

describe('the name service', () => {
  const isDown = 'Service kube-dns: names are not resolved'

  test('whose endpoints are ready', () => {
    expect(ruledOut({ manifests: web() + service('kube-system', 'kube-dns', true) })).toEqual([isDown])
  })

  test.each([
    ['of which no endpoint is known', null],
    ['of which no endpoint is ready', false],
  ])('%s is not ruled out', (_, isReady) => {
    expect(ruledOut({ manifests: web() + service('kube-system', 'kube-dns', isReady) })).toEqual([])
  })

  test('that sends to a port which its servers do not declare is not ruled out', () => {
    expect(ruledOut({ manifests: web() + service('kube-system', 'kube-dns', true, 53) })).toEqual([])
  })

  test('whose endpoints could not be read is not ruled out', () => {
    const manifests = web() + service('kube-system', 'kube-dns', null)
    expect(ruledOut({ manifests, unread: ['EndpointSlice'] })).toEqual([])
  })
})

describe('configuration', () => {
  const isChanged = 'ConfigMap settings: its configuration was changed or is missing'

  test('that the pods use, that is there, and that nobody changed', () => {
    expect(ruledOut({ manifests: web(usesSettings) + configMap() })).toEqual([isChanged])
  })

  test('that was changed hours before', () => {
    const changes = [aChange(settings, { at: now - 180 * minute })]
    expect(ruledOut({ manifests: web(usesSettings) + configMap(), changes })).toEqual([isChanged])
  })

  test('of which no process has read the change', () => {
    const env = '{ name: MODE, valueFrom: { configMapKeyRef: { name: settings, key: MODE } } }'
    const { ruledOut: all } = explain(
      aCase({ manifests: aFailing('web', { env, runs: 3_600 }) + configMap(), changes: [aChange(settings)] }),
      { kind: 'workload', workload: aWorkload('web') },
      [],
    )
    expect(all).toEqual([
      {
        object: settings,
        hypothesis: 'its configuration was changed or is missing',
        observation: 'it exists, and no process that uses it was started since it was changed',
      },
    ])
  })

  test('that they have read since it was changed is not ruled out, although a dead node is the cause', () => {
    const manifests = aFailing('web', usesSettings) + configMap() + node('Unknown')
    const asked = aCase({ manifests, changes: [aChange(settings)] })
    const { causes, ruledOut: all } = explain(asked, { kind: 'workload', workload: aWorkload('web') }, [])
    expect(causes.map(({ object }) => object.kind)).toEqual(['Node'])
    expect(all).toEqual([])
  })

  test.each([
    ['that they do not use', web() + configMap()],
    ['that was created before', web(usesSettings) + configMap(900)],
    ['that is not there', web({ volume: '{ name: settings, configMap: { name: settings, optional: true } }' })],
  ])('%s is not ruled out', (_, manifests) => {
    expect(ruledOut({ manifests })).not.toContain(isChanged)
  })
})

describe('a Service that the pods are told of', () => {
  const isDown = 'Service payments: what it depends on is down'
  const told = web({ env: '{ name: PAYMENTS, value: "http://payments" }' })

  test('and that has ready endpoints', () => {
    expect(ruledOut({ manifests: told + service('shop', 'payments', true) })).toEqual([isDown])
  })

  test.each([
    ['of which no endpoint is known', told + service('shop', 'payments', null)],
    ['of which no endpoint is ready', told + service('shop', 'payments', false)],
    ['that is another', told + service('shop', 'invoices', true)],
  ])('%s is not ruled out', (_, manifests) => {
    expect(ruledOut({ manifests })).not.toContain(isDown)
  })

  test('and that sends to a wrong port is not ruled out, although the log complains of another', () => {
    const manifests = told + service('shop', 'payments', true, 8080)
    const asked = aCase({ manifests, logs: logOf('web-1', 'Error: connect ECONNREFUSED other:80') })
    const { causes, ruledOut: all } = explain(asked, { kind: 'workload', workload: aWorkload('web') }, [])
    expect(causes.map(({ object }) => object.name)).not.toContain('payments')
    expect(all).toEqual([])
  })

  test('and whose endpoints could not be read is not ruled out', () => {
    expect(ruledOut({ manifests: told + service('shop', 'payments', null), unread: ['EndpointSlice'] })).toEqual([])
  })

  test('and that is served by what is blamed is not ruled out', () => {
    const manifests =
      web({ env: '{ name: SELF, value: "http://web" }' }) +
      service('shop', 'web', true).replace(/\n---[\s\S]*?(?=\napiVersion: discovery)/, '\n---')
    expect(ruledOut({ manifests })).not.toContain('Service web: what it depends on is down')
  })
})

describe('a quota', () => {
  const isUsedUp = 'ResourceQuota pods: the quota is used up'

  test('of which something is left', () => {
    expect(ruledOut({ manifests: web() + quota(3) })).toEqual([isUsedUp])
  })

  test.each([
    ['of which nothing is left', quota(10)],
    ['of another namespace', quota(3).replace('namespace: shop', 'namespace: other')],
  ])('%s is not ruled out', (_, manifest) => {
    expect(ruledOut({ manifests: web() + manifest })).toEqual([])
  })
})

describe('what was changed before', () => {
  const elsewhere = { kind: 'Service', namespace: 'shop', name: 'elsewhere' }
  const isChanged = 'Service elsewhere: it was changed before: Service elsewhere was changed.'
  const after = (change: Parameters<typeof aChange>[1], object = elsewhere) =>
    ruledOut({ manifests: web(), changes: [aChange(object, { kind: 'routing', ...change })] })

  test('and is used by nothing that suffers', () => {
    expect(after({})).toEqual([isChanged])
  })

  test.each([
    ['after it began', () => after({ at: now - minute })],
    ['hours before', () => after({ at: now - 180 * minute })],
    ['as it was created', () => after({ kind: 'created' })],
    ['in another namespace', () => after({}, { ...elsewhere, namespace: 'other' })],
  ])('%s is not told', (_, told) => {
    expect(told()).toEqual([])
  })

  test.each([
    ['what suffers itself', aChange(aWorkload('web'), { kind: 'scaled' })],
    ['the Service in front of it', aChange({ ...elsewhere, name: 'web' }, { kind: 'routing' })],
    ['what it is told of', aChange({ ...elsewhere, name: 'stock' }, { kind: 'routing' })],
    ['what runs behind that', aChange(aWorkload('stock'), { kind: 'rollout' })],
    ['what its component depends on', aChange(aWorkload('billing'), { kind: 'rollout' })],
    ['a quota, which is for every pod', aChange({ ...elsewhere, kind: 'ResourceQuota' }, { kind: 'quota' })],
  ])('is not ruled out as not used where it is %s', (_, change) => {
    const env = '{ name: STOCK, value: "http://stock" }'
    const manifests = web({ env }) + aService('web') + service('shop', 'stock', true)
    const dependencies = ({ name }: { readonly name: string }) => (name === 'web' ? [aWorkload('billing')] : [])
    expect(ruledOut({ manifests, changes: [change], dependencies }).join()).not.toContain('it was changed before')
  })
})

test('what an autoscaler that suffers scales is not ruled out as not used', () => {
  const scaler = { kind: 'HorizontalPodAutoscaler', namespace: 'shop', name: 'scaler' }
  const findings = [aFinding({ rule: 'hpa-at-max', object: scaler, involves: [aWorkload('web')] })]
  const changes = [aChange(aWorkload('web'), { kind: 'scaled' })]
  const { ruledOut: all } = explain(aCase({ findings, changes }), { kind: 'namespace', namespace: 'shop' }, [])
  expect(all).toEqual([])
})

test('what is not changed but well is told for one trouble in a bounded list, the first kinds first', () => {
  const changes = Array.from({ length: 20 }, (_, index) =>
    aChange({ kind: 'Service', namespace: 'shop', name: `s${index}` }, { kind: 'routing' }),
  )
  const told = ruledOut({ manifests: web() + node("'True'"), changes })
  expect(told).toHaveLength(12)
  expect(told[0]).toMatch(/^Node n1/)
  expect(told[1]).toMatch(/^Service s19/)
})

test('what is blamed is not ruled out, although nobody changed it', () => {
  const env = '{ name: STORE, valueFrom: { configMapKeyRef: { name: settings, key: HOST } } }'
  const manifests = web({ env }) + configMap().replace('\n---', '\ndata: { HOST: http://nobody }\n---')
  const asked = aCase({ manifests, logs: logOf('web-1', 'Error: getaddrinfo ENOTFOUND nobody') })
  const { causes, ruledOut: all } = explain(asked, { kind: 'workload', workload: aWorkload('web') }, [])
  expect(causes[0]?.object).toEqual(settings)
  expect(all).toEqual([])
})

test('where nothing suffers nothing is ruled out', () => {
  const { ruledOut: all } = explain(aCase({ manifests: node("'True'") }), { kind: 'cluster' }, [])
  expect(all).toEqual([])
})

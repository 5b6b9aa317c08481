import { ago, aLook } from '../../testing/a-look.ts'
import { aCondition, anEvent, aPod, manifests, theWorkload } from '../../testing/objects.ts'
import { createRefused } from './create-refused.ts'

type Fields = Readonly<Record<string, unknown>>

const byDeployment = {
  ownerReferences: [{ kind: 'Deployment', name: 'web', uid: 'Deployment-web', controller: true }],
}
const deployment = { kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 2 } }
const failure = (message: string) =>
  aCondition('ReplicaFailure', 'True', { reason: 'FailedCreate', message, lastTransitionTime: ago(300) })
const set = (status: Fields, { spec = { replicas: 2 }, metadata = {} } = {}) => ({
  kind: 'ReplicaSet',
  metadata: { name: 'web-5d', ...byDeployment, ...metadata },
  spec,
  status: { replicas: 0, ...status },
})
const refused = (message: string, told = {}) =>
  anEvent('FailedCreate', `Error creating: ${message}`, { kind: 'ReplicaSet', name: 'web-5d', count: 12, ...told })
const find = (...objects: readonly Fields[]) => [...createRefused.find(aLook(manifests(deployment, ...objects)))]

const forbidden = (why: string): string => `pods "web-5d-x7k2p" is forbidden: ${why}`
const usedUp = forbidden(
  'exceeded quota: team, requested: limits.cpu=1,requests.cpu=500m, used: limits.cpu=4,requests.cpu=2, limited: limits.cpu=4,requests.cpu=2',
)
const kyverno =
  'admission webhook "validate.kyverno.svc-fail" denied the request: \n\nresource Pod/default/web was blocked due to the following policies\n\nrequire-labels:\n  check: label team is required'

describe('pods that the API server refuses', () => {
  test('are told of their workload, with the event that says so', () => {
    const [finding] = find(set({ conditions: [failure(usedUp)] }), refused(usedUp))
    expect(finding).toMatchObject({
      ...{ rule: 'workload-create-refused', severity: 'critical', reason: 'FailedCreate', object: theWorkload },
      summary: 'Its pods are not made: the quota team is used up.',
      evidence: [{ kind: 'event', where: 'FailedCreate', quote: `Error creating: ${usedUp} (12 times)` }],
      since: Date.parse(ago(300)),
    })
  })

  test.each<[string, string, object | null, string]>([
    [
      'a quota',
      usedUp,
      { kind: 'ResourceQuota', namespace: 'default', name: 'team' },
      'limits.cpu=4,requests.cpu=2 allowed',
    ],
    [
      'a quota that wants to be told',
      forbidden('failed quota: team: must specify limits.cpu for: app; limits.memory for: app'),
      theWorkload,
      'do not say limits.cpu for: app',
    ],
    [
      'a limit range',
      forbidden('maximum cpu usage per Container is 1, but limit is 2'),
      theWorkload,
      "outside the namespace's LimitRange: maximum cpu usage per Container is 1, but limit is 2",
    ],
    [
      'a limit range of ratios',
      forbidden('memory max limit to request ratio per Container is 2, but provided ratio is 4.000000'),
      theWorkload,
      'ratio per Container is 2',
    ],
    [
      'a security standard',
      forbidden(
        'violates PodSecurity "restricted:latest": runAsNonRoot != true (pod or container "app" must set securityContext.runAsNonRoot=true)',
      ),
      theWorkload,
      'violates the standard restricted:latest of the namespace: runAsNonRoot != true',
    ],
    ['a webhook that refuses', kyverno, theWorkload, 'label team is required'],
    [
      'an admission policy',
      forbidden(
        "ValidatingAdmissionPolicy 'no-latest' with binding 'no-latest-b' denied request: image tag latest is not allowed",
      ),
      theWorkload,
      'the ValidatingAdmissionPolicy no-latest refuses its pods: image tag latest is not allowed',
    ],
    [
      'a missing service account',
      forbidden('error looking up service account default/robot: serviceaccount "robot" not found'),
      { kind: 'ServiceAccount', namespace: 'default', name: 'robot' },
      'it does not exist',
    ],
    [
      'a missing priority class',
      forbidden('no PriorityClass with name high was found'),
      { kind: 'PriorityClass', namespace: '', name: 'high' },
      'it does not exist',
    ],
    [
      'a missing runtime class',
      forbidden('pod rejected: RuntimeClass "gvisor" not found'),
      { kind: 'RuntimeClass', namespace: '', name: 'gvisor' },
      'it does not exist',
    ],
    ['what nobody knows', forbidden('no luck'), null, ''],
  ])('for %s: it is told who has to change', (_, message, object, because) => {
    const [finding] = find(set({ conditions: [failure(message)] }), refused(message))
    const blames = object === null ? [] : [{ object, because: expect.stringContaining(because), strength: 'direct' }]
    expect(finding!.blames).toMatchObject(blames)
  })

  test('for a webhook whose certificate is not trusted are a matter of its configuration', () => {
    const hook = {
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'check' },
      webhooks: [{ name: 'check.example.com' }],
    }
    const said = (why: string): string =>
      `Internal error occurred: failed calling webhook "check.example.com": failed to call webhook: Post "https://check.shop.svc:443/?timeout=10s": tls: failed to verify certificate: x509: certificate ${why}`
    const blamed = (why: string) => find(hook, set({}), refused(said(why), { secondsAgo: 5 }))[0]!.blames
    expect(blamed('signed by unknown authority (possibly because of "x")')).toMatchObject([
      { object: { kind: 'ValidatingWebhookConfiguration', name: 'check' }, strength: 'direct' },
    ])
    expect(blamed('has expired or is not yet valid')).toEqual([])
  })

  test('for a webhook that cannot be asked involve every configuration that has it', () => {
    const configuration = (kind: string, name: string) => ({
      kind,
      metadata: { name },
      webhooks: [{ name: 'check.example.com' }],
    })
    const message =
      'Internal error occurred: failed calling webhook "check.example.com": failed to call webhook: Post "https://check.shop.svc:443/?timeout=10s": no endpoints available for service "check"'
    const [finding] = find(
      set({ conditions: [failure(message)] }),
      configuration('ValidatingWebhookConfiguration', 'ours'),
      { ...configuration('MutatingWebhookConfiguration', 'other'), webhooks: [{ name: 'else.example.com' }] },
    )
    expect(finding).toMatchObject({
      blames: [],
      involves: [{ kind: 'ValidatingWebhookConfiguration', namespace: '', name: 'ours' }],
      evidence: [{ kind: 'field', where: 'status.conditions[ReplicaFailure]', quote: message }],
    })
    expect(finding!.involves).toHaveLength(1)
  })

  test('for a security standard quote what the namespace enforces', () => {
    const label = 'pod-security.kubernetes.io/enforce'
    const namespace = { kind: 'Namespace', metadata: { name: 'default', labels: { [label]: 'restricted' } } }
    const message = forbidden('violates PodSecurity "restricted:latest": hostPort (container "app" uses hostPort 80)')
    expect(find(set({ conditions: [failure(message)] }), namespace)[0]!.evidence[1]).toMatchObject({
      ...{ object: { kind: 'Namespace', name: 'default' }, where: `metadata.labels[${label}]`, quote: 'restricted' },
    })
  })

  test('are told by the newest event, as the condition keeps saying what was refused first', () => {
    const now = forbidden('no PriorityClass with name high was found')
    const [finding] = find(
      set({ conditions: [failure(usedUp)] }),
      refused(usedUp, { secondsAgo: 280 }),
      refused(now, { secondsAgo: 10 }),
    )
    expect(finding!.blames).toMatchObject([{ object: { kind: 'PriorityClass' } }])
  })

  test.each<[string, Fields, string]>([
    [
      'StatefulSet',
      { spec: { replicas: 2 }, status: { replicas: 1 } },
      'create Pod web-1 in StatefulSet web failed error: ',
    ],
    [
      'DaemonSet',
      { status: { desiredNumberScheduled: 2, numberAvailable: 0, observedGeneration: 1 } },
      'Error creating: ',
    ],
    ['Job', { spec: { parallelism: 3, completions: 3 }, status: { active: 2 } }, 'Error creating: '],
  ])('of a %s are told by their event', (kind, fields, prefix) => {
    const event = anEvent('FailedCreate', `${prefix}${usedUp}`, { kind, name: 'db' })
    expect(find({ kind, metadata: { name: 'db' }, ...fields }, event)).toMatchObject([
      { object: { kind, name: 'db' }, blames: [{ object: { kind: 'ResourceQuota', name: 'team' } }] },
    ])
  })

  const event = (kind: string, told = {}) =>
    anEvent('FailedCreate', `Error creating: ${usedUp}`, { kind, name: 'db', ...told })
  const podOf = (kind: string, secondsAgo = 3_600): Fields =>
    aPod({
      metadata: {
        ownerReferences: [{ kind, name: 'db', uid: `${kind}-db`, controller: true }],
        creationTimestamp: ago(secondsAgo),
      },
    })
  const daemonPod = podOf('DaemonSet')
  const ordered = { kind: 'StatefulSet', metadata: { name: 'db' }, spec: { replicas: 3 }, status: { replicas: 1 } }
  test('of a StatefulSet are told while none was made since', () => {
    expect(find(ordered, podOf('StatefulSet', 30), event('StatefulSet', { secondsAgo: 30 }))).toHaveLength(1)
  })

  test.each<[string, readonly Fields[]]>([
    ['has all its pods by now', [set({ replicas: 2 }), refused(usedUp)]],
    ['is scaled to nothing', [set({}, { spec: { replicas: 0 } }), refused(usedUp)]],
    ['is being deleted', [set({ conditions: [failure(usedUp)] }, { metadata: { deletionTimestamp: ago(5) } })]],
    ['was refused half an hour ago, and not since', [set({}), refused(usedUp, { secondsAgo: 1_800 })]],
    [
      'was refused, and then made one that the others wait for',
      [ordered, podOf('StatefulSet', 20), event('StatefulSet', { secondsAgo: 30 })],
    ],
    ['is the namesake of one that was refused', [set({}), refused(usedUp, { uid: 'of-another' })]],
    [
      'has made the pods of every node',
      [
        { kind: 'DaemonSet', metadata: { name: 'db' }, status: { desiredNumberScheduled: 1, numberAvailable: 0 } },
        daemonPod,
        event('DaemonSet'),
      ],
    ],
    [
      'is for no node any more',
      [
        { kind: 'DaemonSet', metadata: { name: 'db' }, status: { desiredNumberScheduled: 0, observedGeneration: 2 } },
        event('DaemonSet'),
      ],
    ],
    [
      'is done',
      [{ kind: 'Job', metadata: { name: 'db' }, status: { succeeded: 1, completionTime: ago(5) } }, event('Job')],
    ],
    [
      'has failed, which is told by itself',
      [{ kind: 'Job', metadata: { name: 'db' }, status: { conditions: [aCondition('Failed', 'True')] } }, event('Job')],
    ],
    ['is suspended', [{ kind: 'Job', metadata: { name: 'db' }, spec: { suspend: true } }, event('Job')]],
    [
      'runs as many at once as it may',
      [
        { kind: 'Job', metadata: { name: 'db' }, spec: { parallelism: 2, completions: 9 }, status: { active: 2 } },
        event('Job'),
      ],
    ],
  ])('says nothing of one that %s', (_, objects) => {
    expect(find(...objects)).toEqual([])
  })
})

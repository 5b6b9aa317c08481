import type { Reference } from '@akashic/kubernetes'
import { aView } from '../../testing/a-look.ts'
import { aContainer, aPod, manifests } from '../../testing/objects.ts'
import { givenBy } from './given-by.ts'

type Fields = Readonly<Record<string, unknown>>

const injector = {
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: 'injector' },
  webhooks: [{ name: 'i.example', rules: [{ apiGroups: [''], resources: ['pods'], operations: ['CREATE'] }] }],
}

/** Who gave a pod a variable that the template of its maker, as it is now, does not have. */
function giverOf(kind: string, maker: Fields, labels: Fields) {
  const { metadata = {}, status } = maker as { metadata?: Fields; status?: Fields }
  const template = { spec: { containers: [aContainer()] } }
  const env = [{ name: 'PROXY_URL', value: 'nonsense' }]
  const view = aView(
    manifests(
      ...[injector, { kind, metadata: { name: 'db', generation: 2, ...metadata }, spec: { template }, status }],
      aPod({
        metadata: { labels, ownerReferences: [{ kind, name: 'db', uid: `${kind}-db`, controller: true }] },
        spec: { containers: [aContainer({ env })] },
      }),
    ),
  )
  const owner: Reference = { kind, namespace: 'default', name: 'db' }
  const { blamed } = givenBy(view, [...view.all('Pod')][0]!, owner, {
    ...{ container: 'app', own: {} },
    has: (container) => container.env.some(({ name }) => name === 'PROXY_URL'),
  })
  return blamed.map(({ object }) => object.kind)
}

const revision = (name: string): Fields => ({ 'controller-revision-hash': name })
const generation = (number: string): Fields => ({ 'pod-template-generation': number })
const set = { status: { updateRevision: 'db-2', observedGeneration: 2 } }
const daemons = { metadata: { annotations: { 'deprecated.daemonset.template.generation': '2' } } }

describe('what the template of a pod does not say', () => {
  test.each<[string, Fields, Fields]>([
    ['StatefulSet', set, revision('db-2')],
    ['DaemonSet', daemons, generation('2')],
    ['ReplicaSet', {}, {}],
    ['Job', {}, {}],
  ])('was put in by a webhook, where the pod is of the template that its %s has now', (kind, maker, labels) => {
    expect(giverOf(kind, maker, labels)).toEqual(['MutatingWebhookConfiguration'])
  })

  test.each<[string, string, Fields, Fields]>([
    ['is of a revision before', 'StatefulSet', set, revision('db-1')],
    ['tells no revision', 'StatefulSet', set, {}],
    [
      'may be of a revision before, as its controller has not seen the last change',
      'StatefulSet',
      { status: { updateRevision: 'db-2', observedGeneration: 1 } },
      revision('db-2'),
    ],
    ['is of a template before', 'DaemonSet', daemons, generation('1')],
    ['is of a template that nothing tells', 'DaemonSet', {}, {}],
  ])('may have been said by it before, where the pod %s', (_, kind, maker, labels) => {
    expect(giverOf(kind, maker, labels)).toEqual([kind])
  })
})

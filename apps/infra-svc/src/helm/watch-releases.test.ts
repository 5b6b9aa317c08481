import { ClusterError } from '@akashic/kubernetes'
import { aView, ago, now } from '../testing/a-look.ts'
import { watchReleases } from './watch-releases.ts'

const stored = (namespace: string, name: string, status: string) => ({
  metadata: {
    ...{ uid: `${namespace}-${name}`, namespace, creationTimestamp: ago(3_600) },
    labels: { owner: 'helm', name, version: '1', status, modifiedAt: String(now / 1_000 - 3_600) },
  },
})

let kept: Record<string, unknown[] | 'forbidden'>
const cluster = {
  get: async (path: string) => {
    const items = kept[path.split('?')[0]!] ?? []
    if (items === 'forbidden') throw new ClusterError('forbidden', 'no')
    return { kind: 'PartialObjectMetadataList', metadata: {}, items }
  },
}
const secretsOfShop = '/api/v1/namespaces/shop/secrets'
const watched = () => watchReleases(cluster, aView(''), ['shop'], () => 0.5)
const rules = (watch: ReturnType<typeof watched>, at = now) =>
  watch.findings(at).map(({ rule, object }) => `${rule} ${object.namespace}/${object.name}`)

beforeEach(() => {
  kept = {
    [secretsOfShop]: [stored('shop', 'front', 'failed')],
    '/api/v1/configmaps': [stored('till', 'side', 'pending-upgrade')],
  }
})

test('what is wrong with releases is found, wherever Helm keeps them, and read at most once a minute', async () => {
  const watch = watched()
  expect(rules(watch)).toEqual([])
  await watch.refresh(now)
  expect(rules(watch)).toEqual(['helm-failed shop/front', 'helm-pending till/side'])
  kept = {}
  await watch.refresh(now + 30_000)
  expect(rules(watch)).toHaveLength(2)
  await watch.refresh(now + 61_000)
  expect(rules(watch)).toEqual([])
})

test('a place that cannot be read any more takes nothing back', async () => {
  const watch = watched()
  await watch.refresh(now)
  kept = { [secretsOfShop]: 'forbidden', '/api/v1/configmaps': [] }
  await watch.refresh(now + 120_000)
  expect(rules(watch)).toEqual(['helm-failed shop/front'])
})

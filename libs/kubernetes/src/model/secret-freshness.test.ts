import { ClusterModel } from './cluster-model.ts'

test('Secrets are known of the namespaces alone in which they may be read', () => {
  const model = new ClusterModel('main')
  model.limitSecrets(['shop'], 'needs tier secrets')
  model.setFreshness('Secret', { state: 'fresh', at: 1 })
  expect(model.freshness('Secret', 'shop')).toEqual({ state: 'fresh', at: 1 })
  expect(model.freshness('Secret', 'payments')).toMatchObject({ state: 'unknown', reason: 'needs tier secrets' })
  expect(model.freshness('Secret')).toEqual({ state: 'fresh', at: 1 })
})

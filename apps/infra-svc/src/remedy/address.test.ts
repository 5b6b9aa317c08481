import { aView } from '../testing/a-look.ts'
import { manifests } from '../testing/objects.ts'
import { withPort, withServiceMeant } from './address.ts'

test.each([
  ['redis://redis:6379', 'redis://redis:6380'],
  ['redis:6379', 'redis:6380'],
  ['http://redis', 'http://redis:6380'],
  ['http://Redis:80/redis', 'http://redis:6380/redis'],
])('%s with another port is %s', (value, corrected) => {
  expect(withPort('redis', 6_380)(value)).toBe(corrected)
})

test.each(['redis://cache:6379', 'http://redis.other:80', 'http://my-redis', 'tcp://a/redis'])(
  '%s names another host, and is not corrected',
  (value) => {
    expect(withPort('redis', 6_380)(value)).toBeNull()
  },
)

test('a scheme that is spelt like a host stays when the host is renamed', () => {
  const view = aView(manifests({ kind: 'Service', metadata: { name: 'redis', namespace: 'stores' } }))
  const meant = { kind: 'Service', namespace: 'shop', name: 'redis' }
  expect(withServiceMeant(view, meant, 'redis')('redis://redis:6379')).toBe('redis://redis.stores:6379')
})

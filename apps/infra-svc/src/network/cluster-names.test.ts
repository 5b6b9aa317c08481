import { assertNamespace, hostName, namesTried } from './cluster-names.ts'

describe('the names that a pod tries', () => {
  test('are the search domains of its namespace in order, then the name as it is', () => {
    expect(namesTried('db', 'shop')).toEqual([
      'db.shop.svc.cluster.local.',
      'db.svc.cluster.local.',
      'db.cluster.local.',
      'db.',
    ])
    expect(namesTried('api.example.com', 'shop').at(-1)).toBe('api.example.com.')
  })

  test('begin with the name as it is from five dots on, and are only that with a dot at its end', () => {
    expect(namesTried('a.b.c.d.e.f', 'shop')[0]).toBe('a.b.c.d.e.f.')
    expect(namesTried('db.shop.svc.cluster.local', 'shop')[0]).toBe('db.shop.svc.cluster.local.shop.svc.cluster.local.')
    expect(namesTried('api.example.com.', 'shop')).toEqual(['api.example.com.'])
  })

  test('are never longer than a name may be', () => {
    const long = Array.from({ length: 60 }, () => 'abc').join('.')
    for (const name of namesTried(long, 'n'.repeat(63))) expect(name.length).toBeLessThanOrEqual(254)
  })
})

describe('what is asked for', () => {
  test.each([
    '',
    '.',
    'a..b',
    '-a',
    'a-',
    'a_b',
    'a b',
    'a/b',
    `${'a'.repeat(64)}.b`,
    'a.'.repeat(127) + 'abc',
    'db;rm',
    'ü',
  ])('is no host name: %p', (name) => {
    expect(() => hostName(name)).toThrow('name must be a host name')
  })

  test('is a host name in any case of letters, and may be absolute', () => {
    expect(hostName('DB.Shop')).toBe('db.shop')
    expect(hostName('db.shop.')).toBe('db.shop.')
  })

  test.each(['', 'a.b', 'A', 'a'.repeat(64), '-a', '../kube-system'])('is no namespace: %p', (namespace) => {
    expect(() => assertNamespace(namespace)).toThrow('namespace must be')
  })
})

import { ingressTroubles } from './ingress-lines.ts'

const since = Date.parse('2026-11-20T11:45:00Z')
const one = (line: string) => ingressTroubles([line], since)[0]

describe('the lines of an ingress controller', () => {
  test('of nginx name the host and the upstream', () => {
    const line =
      '2026/11/20 11:59:58 [error] 31#31: *105 connect() failed (111: Connection refused) while connecting to upstream, client: 10.0.0.9, server: shop.example, request: "GET /cart HTTP/1.1", upstream: "http://10.1.2.3:8080/cart", host: "shop.example"'
    expect(one(line)).toMatchObject({
      ...{ line, host: 'shop.example', isRefused: true, service: null },
      upstream: { address: '10.1.2.3', port: 8080 },
    })
    expect(one(line.replace('10.1.2.3', '[fd00::3]'))!.upstream).toEqual({ address: 'fd00::3', port: 8080 })
  })

  test('of its controller name the Service', () => {
    expect(
      one('W1120 11:59:58.000000       7 controller.go:1213] Service "shop/web" does not have any active Endpoint.'),
    ).toMatchObject({
      service: { namespace: 'shop', name: 'web' },
    })
  })

  test.each([
    'time="2026-11-20T11:59:58Z" level=error msg="Cannot create service: service not found" ingress=front namespace=shop serviceName=web servicePort=80',
    '2026-11-20T11:59:58Z ERR Cannot create service error="service not found" ingress=front namespace=shop serviceName=web',
    '{"level":"error","ingress":"front","namespace":"shop","serviceName":"web","error":"service not found","time":"2026-11-20T11:59:58Z"}',
  ])('of traefik name the Ingress and the Service: %s', (line) => {
    expect(one(line)).toMatchObject({
      ingress: { namespace: 'shop', name: 'front' },
      service: { namespace: 'shop', name: 'web' },
    })
  })

  test.each(['shop_web_8080/<NOSRV> 0/-1/-1/-1/0 503 217', 'backend shop_svc_web_http has no server available!'])(
    'of haproxy name the Service: %s',
    (line) => {
      expect(one(line)).toMatchObject({ service: { namespace: 'shop', name: 'web' } })
    },
  )

  test.each([
    '10.0.0.9 - - [20/Nov/2026:11:59:58 +0000] "GET /error HTTP/1.1" 200 12 "-" "curl" host: "shop.example"',
    'I1120 11:59:58.000000       7 controller.go:1] Service "shop/web" was synced, 0 errors',
    '2026/11/20 11:00:00 [error] 31#31: *1 connect() failed, upstream: "http://10.1.2.3:8080/", host: "shop.example"',
    'time="2026-11-20T11:00:00Z" level=error msg="service not found" ingress=front namespace=shop',
    '2026/11/20 11:59:58 [error] 31#31: *1 open() "/favicon.ico" failed',
  ])('that report no trouble, an old one, or name nobody, are left out: %s', (line) => {
    expect(one(line)).toBeUndefined()
  })
})

import { aLook } from '../../testing/a-look.ts'
import { ingressUpstreams } from './ingress-upstreams.ts'

const cluster = (controller = 'k8s.io/ingress-nginx', name = 'ingress-nginx') => `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: public }
spec: { controller: ${controller} }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: controller, namespace: edge }
spec: { selector: {}, template: { metadata: { labels: { app.kubernetes.io/name: ${name} } } } }
---
apiVersion: v1
kind: Pod
metadata: { name: controller-1, namespace: edge, ownerReferences: [{ kind: Deployment, name: controller, uid: Deployment-controller, controller: true }] }
spec: { containers: [] }
status: { phase: Running }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: front, namespace: shop }
spec: { ingressClassName: public, rules: [{ host: shop.example, http: { paths: [{ path: /, backend: { service: { name: web, port: { number: 80 } } } }, { path: /api, backend: { service: { name: api, port: { number: 80 } } } }] } }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-1, namespace: shop, labels: { kubernetes.io/service-name: web } }
endpoints: [{ addresses: [10.1.2.3], targetRef: { kind: Pod, name: web-1 } }]
---
apiVersion: v1
kind: Pod
metadata: { name: web-1, namespace: shop }
spec: { containers: [] }
status: { phase: Running, conditions: [{ type: Ready, status: 'True' }] }
`
const failed = (address: string, host = 'shop.example') =>
  `2026/11/20 11:59:58 [error] 31#31: *1 connect() failed (111: Connection refused) while connecting to upstream, upstream: "http://${address}:8080/", host: "${host}"`
const find = (lines: readonly string[], manifests = cluster()) => [
  ...ingressUpstreams.find(
    aLook(manifests, { 'controller-1': [{ container: 'controller', isPrevious: false, lines }] }),
  ),
]

describe('a route that its controller does not get through', () => {
  test('is told with the lines that name it, and the Service that sends to a port which a ready pod refuses', () => {
    expect(find([failed('10.1.2.3'), failed('10.1.2.3')])).toMatchObject([
      {
        rule: 'ingress-upstream-failing',
        severity: 'warning',
        object: { kind: 'Ingress', namespace: 'shop', name: 'front' },
        part: 'web',
        summary: expect.stringMatching(
          /^Its controller logged 2 errors on the way to Service web in the last 15 minutes: connect\(\) failed/,
        ),
        evidence: [
          { kind: 'log', object: { kind: 'Pod', namespace: 'edge', name: 'controller-1' }, quote: failed('10.1.2.3') },
          {},
        ],
        involves: [
          { kind: 'Service', name: 'web' },
          { kind: 'Pod', name: 'web-1' },
        ],
        blames: [{ object: { kind: 'Service', name: 'web' }, strength: 'inferred' }],
      },
    ])
  })

  test('is told of the host where its upstream is nobody that is known, and the Service where the line names it', () => {
    expect(find([failed('10.9.9.9')])).toMatchObject([{ part: '', blames: [] }])
    const noEndpoint = 'W1120 11:59:58.0 7 controller.go:1213] Service "shop/api" does not have any active Endpoint.'
    expect(find([noEndpoint])).toMatchObject([{ part: 'api' }])
  })

  test('is not another route: of other hosts, other Services, or another controller', () => {
    const other = 'W1120 11:59:58.0 7 controller.go:1213] Service "other/web" does not have any active Endpoint.'
    expect(find([failed('10.9.9.9', 'other.example'), other])).toEqual([])
    expect(find([failed('10.1.2.3')], cluster('traefik.io/ingress-controller'))).toEqual([])
    expect(find([failed('10.1.2.3')], cluster('traefik.io/ingress-controller', 'traefik'))).toHaveLength(1)
  })

  test('is nothing while the log is quiet, or was not read', () => {
    expect(find(['10.0.0.9 - - "GET / HTTP/1.1" 200 12'])).toEqual([])
    expect([...ingressUpstreams.find(aLook(cluster()))]).toEqual([])
  })
})

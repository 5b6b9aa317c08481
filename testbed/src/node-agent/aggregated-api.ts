import { createServer } from 'node:https'
import { eventually } from '../eventually.ts'
import { makeCertificate } from '../real/certificates.ts'
import type { KubernetesCluster } from '../real/kubernetes/cluster.ts'

export interface AggregatedApi {
  /** Of the Service in front of it. */
  readonly name: string
  readonly group: string
  /** Undefined is told as not found. */
  readonly answer: (url: URL) => object | undefined
}

const notFound = {
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  code: 404,
  reason: 'NotFound',
  message: 'not found',
}

/** Serves version v1beta1 of an API group through the API server's aggregation. */
export async function startAggregatedApi(
  cluster: KubernetesCluster,
  ip: string,
  { name, group, answer }: AggregatedApi,
): Promise<{ close(): void }> {
  const { key, cert } = await makeCertificate()
  const server = createServer({ key, cert }, (request, response) => {
    const body = answer(new URL(request.url ?? '/', 'https://metrics'))
    response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body ?? notFound))
  })
  await new Promise<void>((resolve) => server.listen(0, ip, resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await cluster.apply(`
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: kube-system }
spec: { ports: [{ name: https, port: 443, targetPort: ${port} }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ${name}, namespace: kube-system, labels: { kubernetes.io/service-name: ${name} } }
addressType: IPv4
ports: [{ name: https, port: ${port} }]
endpoints: [{ addresses: ['${ip}'] }]
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1beta1.${group} }
spec:
  service: { name: ${name}, namespace: kube-system, port: 443 }
  group: ${group}
  version: v1beta1
  insecureSkipTLSVerify: true
  groupPriorityMinimum: 100
  versionPriority: 100
`)
  await eventually(() => cluster.request('GET', `/apis/${group}/v1beta1`), 30_000)
  return {
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

import { aCase } from '../../testing/a-case.ts'

const nameService = `
apiVersion: v1
kind: Service
metadata: { name: kube-dns, namespace: kube-system }
spec: { selector: { k8s-app: kube-dns }, ports: [{ port: 53 }] }
---`
const rules = (unread: Parameters<typeof aCase>[0]['unread']) =>
  aCase({ manifests: nameService, unread }).findings.map(({ rule }) => rule)

test('a Service that has no endpoint is told', () => {
  expect(rules([])).toEqual(expect.arrayContaining(['dns-down', 'service-no-endpoints']))
})

test('where endpoints may not be read, nobody says that there are none', () => {
  expect(rules(['EndpointSlice'])).toEqual([])
})

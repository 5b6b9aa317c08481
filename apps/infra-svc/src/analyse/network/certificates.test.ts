import { makeCertificate } from '@akashic/testbed'
import { aView } from '../../testing/a-look.ts'
import { certificates } from './certificates.ts'

const secret = async (days: number, annotations = '{}') => {
  const { key, cert } = await makeCertificate({ days, name: 'shop.example' })
  const inBase64 = (text: string) => Buffer.from(text).toString('base64')
  return `
apiVersion: v1
kind: Secret
metadata: { name: shop-tls, namespace: shop, annotations: ${annotations} }
type: kubernetes.io/tls
data: { tls.crt: ${inBase64(cert)}, tls.key: ${inBase64(key)} }
---`
}
const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: proxy, namespace: shop }
spec: { selector: {}, template: { spec: { containers: [], volumes: [{ name: tls, secret: { secretName: shop-tls } }] } } }
---`
const ingress = (namespace: string) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: ${namespace} }
spec: { tls: [{ secretName: shop-tls }] }
---`
const find = (manifests: string) => [...certificates.find({ view: aView(manifests), now: Date.now(), logs: () => [] })]

describe('a certificate in a Secret that no Ingress uses', () => {
  test('is told two weeks before it ends', async () => {
    expect(find(await secret(10))).toMatchObject([
      {
        rule: 'secret-tls-expiring',
        severity: 'warning',
        reason: 'CertificateExpiring',
        summary: expect.stringContaining('for shop.example expires on'),
        evidence: [{ where: 'data[tls.crt] notAfter' }],
        blames: [{ object: { kind: 'Secret', namespace: 'shop', name: 'shop-tls' } }],
      },
    ])
    expect(find(await secret(60))).toEqual([])
  })

  test('is critical once it has ended while a workload uses it', async () => {
    const over = await secret(-2)
    expect(find(over + deployment)).toMatchObject([
      {
        severity: 'critical',
        reason: 'CertificateExpired',
        summary: expect.stringContaining('Deployment shop/proxy uses it'),
      },
    ])
    expect(find(over)).toMatchObject([{ severity: 'warning' }])
  })

  test('is told by the Ingress that uses it, and by that of another namespace not', async () => {
    const soon = await secret(3)
    expect(find(soon + ingress('shop'))).toEqual([])
    expect(find(soon + ingress('other'))).toHaveLength(1)
  })

  test('is renewed by cert-manager where that keeps it, and never by showing the key', async () => {
    const [finding] = find(await secret(3, '{ cert-manager.io/certificate-name: shop }'))
    expect(finding!.blames[0]!.remedies).toMatchObject([
      { command: 'kubectl describe -n shop certificate/shop', changes: 'nothing' },
    ])
    for (const { command } of find(await secret(3))[0]!.blames[0]!.remedies!)
      expect(command).not.toMatch(/get secret .*-o/)
  })
})

import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { makeCertificate } from '@akashic/testbed'

export interface WebhookServer {
  readonly url: string
  /** As a configuration has it: what its certificate is trusted by, in base64. */
  readonly caBundle: string
  stop(): void
}

interface Review {
  readonly request: { readonly uid: string }
}

/** A server of an admission webhook that allows everything, and changes it by this JSON patch. */
export async function startWebhook(patch: readonly object[] = []): Promise<WebhookServer> {
  const { key, cert } = await makeCertificate()
  const server = createServer({ key, cert }, (asked, answer) => {
    void asked.toArray().then((chunks) => {
      const { request } = JSON.parse(Buffer.concat(chunks as Buffer[]).toString()) as Review
      const changes = { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') }
      const response = { uid: request.uid, allowed: true, ...(patch.length > 0 && changes) }
      answer.setHeader('content-type', 'application/json')
      answer.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response }))
    })
  })
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    url: `https://localhost:${port}/`,
    caBundle: Buffer.from(cert).toString('base64'),
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

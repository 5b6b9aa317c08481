import { judgeCertificate } from './certificate.ts'
import { operational } from './check.ts'
import type { CheckKind } from './check.ts'
import { connectTcp, letGo, upgradeToTls } from './connect.ts'

export const tlsKind: CheckKind<'tls'> = {
  kind: 'tls',
  host: (spec) => spec.host,
  describe: (spec) => `${spec.host}:${spec.port}`,
  async run(spec, attempt) {
    const plain = await connectTcp(spec.host, spec.port, attempt)
    const socket = await upgradeToTls(plain, spec.serverName ?? spec.host, attempt)
    const { valid_to: end } = socket.getPeerCertificate()
    letGo(socket)
    return judgeCertificate(Date.parse(end), spec.expiresWithin, attempt.now()) ?? operational
  },
}

import { operational } from './check.ts'
import type { CheckKind } from './check.ts'
import { connectTcp, letGo } from './connect.ts'

export const tcpKind: CheckKind<'tcp'> = {
  kind: 'tcp',
  host: (spec) => spec.host,
  describe: (spec) => `${spec.host}:${spec.port}`,
  async run(spec, attempt) {
    letGo(await connectTcp(spec.host, spec.port, attempt))
    return operational
  },
}

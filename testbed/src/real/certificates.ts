import { generate } from 'selfsigned'

/** Both in PEM. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

const dayMs = 86_400_000

/** A certificate authority of a test's own. */
export function makeAuthority(): Promise<Certificate> {
  return make('Testbed authority', {
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
}

/** A certificate for a server or client on loopback, good for `days` (a year unless given; less than none: expired).
 *  @param options.authority signs it; it signs itself when absent. */
export function makeCertificate(
  options: { authority?: Certificate; days?: number; name?: string } = {},
): Promise<Certificate> {
  const name = options.name ?? 'localhost'
  const endMs = Date.now() + (options.days ?? 365) * dayMs
  return make(name, {
    notBeforeDate: new Date(Math.min(Date.now(), endMs) - dayMs),
    notAfterDate: new Date(endMs),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames:
          name === 'localhost'
            ? [
                { type: 2, value: name },
                { type: 7, ip: '127.0.0.1' },
              ]
            : [{ type: 2, value: name }],
      },
    ],
    ...(options.authority && { ca: options.authority }),
  })
}

async function make(commonName: string, options: Parameters<typeof generate>[1]): Promise<Certificate> {
  const attributes = [{ name: 'commonName', value: commonName }]
  const made = await generate(attributes, { ...options, keyType: 'ec', algorithm: 'sha256' })
  return { key: made.private, cert: made.cert }
}

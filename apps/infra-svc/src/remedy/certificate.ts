import type { Reference, Secret } from '@akashic/kubernetes'
import { describe, lookAt } from '../analyse/remedies.ts'
import type { Remedy } from '../finding/finding.ts'
import { quoted } from './command.ts'

/** Renew the certificate in a Secret; one that cert-manager keeps is renewed through its Certificate.
 *  @param secret absent where it does not exist. */
export function renewal(object: Reference, secret: Secret | undefined): readonly Remedy[] {
  const { namespace, name } = object
  const managed = secret?.annotations['cert-manager.io/certificate-name']
  if (managed !== undefined) {
    const title = 'See why cert-manager does not renew it'
    return [lookAt(title, `kubectl describe -n ${namespace} ${quoted(`certificate/${managed}`)}`)]
  }
  const put = {
    title: 'Put a renewed certificate in it',
    command: `kubectl create secret tls -n ${namespace} ${name} --cert=tls.crt --key=tls.key --dry-run=client -o yaml | kubectl apply -f -`,
    changes: 'the certificate and the key in the Secret; pods that mount it get it within about a minute',
    undo: 'apply the certificate and key from before in the same way; keep both files first',
    isDestructive: false,
  }
  return secret ? [describe(object), put] : [put]
}

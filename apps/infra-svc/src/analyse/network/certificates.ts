import {
  referencesOf,
  referenceText,
  referenceTo,
  type ClusterView,
  type Reference,
  type Secret,
} from '@akashic/kubernetes'
import type { Analyser } from '../analyser.ts'
import { fieldQuote } from '../quote.ts'
import { renewal } from '../../remedy/certificate.ts'

const soonMs = 14 * 86_400_000

/** Certificates that end soon, or have ended, in Secrets that no Ingress uses; `ingress-tls` tells of the others. */
export const certificates: Analyser = {
  rules: ['secret-tls-expiring'],
  // Secrets may be read only where that was granted: what cannot be read there is told by the cluster's own state.
  needs: ['Ingress'],
  *find({ view, now }) {
    for (const secret of view.all('Secret')) {
      const ends = secret.certificate?.notAfter ?? null
      if (ends === null || Number.isNaN(ends) || ends - now >= soonMs || isOfIngress(view, secret)) continue
      const object = referenceTo(secret)
      const users = usersOf(view, secret)
      const isOver = ends <= now
      const until = new Date(ends).toISOString()
      const what = isOver ? `has been expired since ${until}` : `expires on ${until}`
      yield {
        ...{ rule: 'secret-tls-expiring', object, uid: secret.uid, part: '' },
        severity: isOver && users.length > 0 ? 'critical' : 'warning',
        reason: isOver ? 'CertificateExpired' : 'CertificateExpiring',
        summary: `Its certificate for ${namesOf(secret)} ${what}${users.length === 0 ? '' : `, and ${users.map(referenceText).join(', ')} uses it`}.`,
        evidence: [fieldQuote(secret, 'data[tls.crt] notAfter', until, isOver ? ends : null)],
        remedies: [],
        blames: [
          {
            object,
            because: `the certificate in it ${what}`,
            strength: 'direct',
            remedies: renewal(object, secret),
          },
        ],
        involves: [],
        since: isOver ? ends : null,
      }
    }
  },
}

const namesOf = ({ certificate }: Secret): string =>
  certificate === null || certificate.names.length === 0 ? (certificate?.subject ?? '') : certificate.names.join(', ')

const isOfIngress = (view: ClusterView, { namespace, name }: Secret): boolean =>
  [...view.inNamespace('Ingress', namespace)].some(({ tls }) => tls.some(({ secret }) => secret === name))

/** Workloads whose templates mount it or take variables from it. */
function usersOf(view: ClusterView, { namespace, name }: Secret): readonly Reference[] {
  return (['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'] as const).flatMap((kind) =>
    [...view.inNamespace(kind, namespace)]
      .filter(({ template }) =>
        referencesOf(template.spec).some((each) => each.kind === 'Secret' && each.name === name),
      )
      .map(referenceTo),
  )
}

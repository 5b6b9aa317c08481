import {
  referenceTo,
  type ClusterView,
  type Reference,
  type Webhook,
  type WebhookConfiguration,
} from '@akashic/kubernetes'
import type { Remedy } from '../../finding/finding.ts'
import { patch, pointer, replaced } from '../../remedy/command.ts'
import type { Analyser } from '../analyser.ts'
import { hasReadyEndpoint, isMissing } from '../known.ts'
import { absence, fieldQuote } from '../quote.ts'
import { describe } from '../remedies.ts'

/** A webhook that must be asked and has nobody behind it: what it is about can no longer be made. */
export const webhooks: Analyser = {
  rules: ['webhook-backend-down'],
  needs: ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'Service', 'EndpointSlice'],
  *find({ view }) {
    for (const kind of ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'] as const) {
      for (const configuration of view.all(kind)) {
        for (const webhook of configuration.webhooks) {
          if (webhook.failurePolicy === 'Fail' && webhook.service) yield* down(view, configuration, webhook)
        }
      }
    }
  },
}

function* down(view: ClusterView, configuration: WebhookConfiguration, { name, service }: Webhook) {
  const object = referenceTo(configuration)
  const backend: Reference = { kind: 'Service', namespace: service!.namespace, name: service!.name }
  const found = view.get('Service', backend.namespace, backend.name)
  if (found ? found.selector === null || hasReadyEndpoint(view, backend) !== false : !isMissing(view, backend)) return
  const what = found ? 'has no ready endpoint' : 'does not exist'
  yield {
    rule: 'webhook-backend-down',
    severity: 'critical' as const,
    object,
    uid: configuration.uid,
    part: name,
    reason: found ? 'NoReadyEndpoints' : 'ServiceMissing',
    summary: `Webhook ${name} must be asked, and its Service ${backend.namespace}/${backend.name} ${what}.`,
    evidence: [
      fieldQuote(configuration, `webhooks[${name}].failurePolicy`, 'Fail'),
      absence(backend, found ? 'no EndpointSlice has a ready endpoint' : 'it does not exist'),
    ],
    remedies: [describe(object), ...(found ? [describe(backend)] : [])],
    blames: found
      ? []
      : [
          {
            object,
            because: `its webhook ${name} calls Service ${backend.namespace}/${backend.name}, which does not exist`,
            strength: 'direct' as const,
            evidence: [fieldQuote(configuration, `webhooks[${name}].clientConfig.service.name`, backend.name)],
            remedies: [letPass(configuration, name)],
          },
        ],
    involves: found ? [backend] : [],
    since: null,
  }
}

/** Only as long as nobody answers for it: what it guards against is let in meanwhile. */
function letPass(configuration: WebhookConfiguration, name: string): Remedy {
  const index = configuration.webhooks.findIndex((each) => each.name === name)
  const at = pointer('webhooks', index)
  const isIt = { op: 'test', path: `${at}/name`, value: name }
  return patch(referenceTo(configuration), {
    title: `Bring its Service back; until then let pass what webhook ${name} cannot be asked about`,
    changes: 'what the webhook would have refused is let in, until this is taken back',
    type: 'json',
    to: [isIt, ...replaced(`${at}/failurePolicy`, 'Fail', 'Ignore')],
    back: [isIt, ...replaced(`${at}/failurePolicy`, 'Ignore', 'Fail')],
  })
}

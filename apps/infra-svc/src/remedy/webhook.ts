import type { WebhookConfiguration } from '@akashic/kubernetes'
import { fieldQuote } from '../analyse/quote.ts'
import { edit } from '../analyse/remedies.ts'
import type { Blame } from '../finding/finding.ts'

/** The webhooks of a configuration, and how to change what they are asked about, whom they are asked of, or by whom that one
 *  is trusted. */
export const ofConfiguration = (configuration: WebhookConfiguration): Pick<Blame, 'evidence' | 'remedies'> => ({
  evidence: configuration.webhooks.map(({ name, failurePolicy }) =>
    fieldQuote(configuration, `webhooks[${name}].failurePolicy`, failurePolicy),
  ),
  remedies: [
    edit(configuration, 'Mend whom it asks, or for which pods', 'what pods are given or refused when they are made'),
  ],
})

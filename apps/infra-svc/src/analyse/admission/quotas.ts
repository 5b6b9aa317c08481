import { quantity, referenceTo } from '@akashic/kubernetes'
import type { Analyser } from '../analyser.ts'
import { fieldQuote } from '../quote.ts'
import { describe } from '../remedies.ts'

const nearlyUsed = 0.9

/** Quotas of which nothing, or little, is left. That alone hurts nobody yet. */
export const quotas: Analyser = {
  rules: ['quota-at-limit'],
  needs: ['ResourceQuota'],
  *find({ view }) {
    for (const quota of view.all('ResourceQuota')) {
      for (const [resource, hard] of Object.entries(quota.hard)) {
        const [most, used] = [quantity(hard), quantity(quota.used[resource])]
        if (most === null || used === null || most === 0 || used < most * nearlyUsed) continue
        const object = referenceTo(quota)
        yield {
          ...{
            rule: 'quota-at-limit',
            severity: used >= most ? 'warning' : 'info',
            object,
            uid: quota.uid,
            part: resource,
          },
          reason: used >= most ? 'QuotaUsedUp' : 'QuotaNearlyUsed',
          summary: `${quota.used[resource] ?? ''} of ${hard} ${resource} are used.`,
          evidence: [fieldQuote(quota, `status.used[${resource}]`, `${quota.used[resource] ?? ''} of ${hard}`)],
          ...{ remedies: [describe(object)], blames: [], involves: [], since: null },
        }
      }
    }
  },
}

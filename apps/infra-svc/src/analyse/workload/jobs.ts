import { conditionOf, referenceTo, type ClusterView, type Job } from '@akashic/kubernetes'
import type { Analyser } from '../analyser.ts'
import { fieldQuote } from '../quote.ts'
import { lookAt } from '../remedies.ts'

/** A Job that gave up. One that a later run of its CronJob has made good is past. */
export const jobFailed: Analyser = {
  rules: ['job-failed'],
  needs: ['Job'],
  *find({ view }) {
    for (const job of view.all('Job')) {
      const failed = conditionOf(job, 'Failed')
      if (failed?.status !== 'True' || wasMadeGood(view, job)) continue
      yield {
        rule: 'job-failed',
        severity: 'critical',
        object: referenceTo(job),
        uid: job.uid,
        part: '',
        reason: failed.reason,
        summary: `It failed: ${failed.message || failed.reason}.`,
        evidence: [fieldQuote(job, 'status.conditions[Failed]', `${failed.reason}: ${failed.message}`, failed.since)],
        remedies: [
          lookAt(
            'Read what its pods wrote',
            `kubectl logs -n ${job.namespace} job/${job.name} --all-containers --tail=100`,
          ),
        ],
        blames: [],
        involves: [],
        since: failed.since,
      }
    }
  },
}

function wasMadeGood(view: ClusterView, { owners, completedAt, startedAt, createdAt }: Job): boolean {
  const owner = owners.find(({ kind }) => kind === 'CronJob')
  if (!owner) return false
  const begun = completedAt ?? startedAt ?? createdAt ?? 0
  return view
    .ownedBy(owner.uid)
    .some((other) => other.kind === 'Job' && other.succeeded > 0 && (other.createdAt ?? 0) >= begun - 1)
}

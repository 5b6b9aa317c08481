import { aLook, ago } from '../../testing/a-look.ts'
import { cronJobs } from './cron-jobs.ts'

// The time of the view is 12:00 UTC.
const cronJob = (spec: string, status = `{ lastScheduleTime: '${ago(3_600)}' }`, created = 500_000) => `
apiVersion: batch/v1
kind: CronJob
metadata: { name: report, namespace: shop, creationTimestamp: '${ago(created)}' }
spec: { jobTemplate: {}, ${spec} }
status: ${status}
---`
const job = `
apiVersion: batch/v1
kind: Job
metadata: { name: report-1, namespace: shop, ownerReferences: [{ kind: CronJob, name: report, uid: CronJob-report, controller: true }] }
spec: { template: {} }
status: { active: 1 }
---`
const event = (uid: string, reason: string, message: string) => `
apiVersion: v1
kind: Event
metadata: { name: report.1, namespace: shop }
type: Warning
reason: ${reason}
message: '${message}'
involvedObject: { kind: CronJob, namespace: shop, name: report, uid: ${uid} }
lastTimestamp: '${ago(60)}'
---`
const find = (manifests: string) => [...cronJobs.find(aLook(manifests))]

describe('a CronJob', () => {
  test('that is suspended is worth knowing, and says when it last ran', () => {
    expect(find(cronJob("suspend: true, schedule: '*/5 * * * *'"))).toMatchObject([
      {
        rule: 'cronjob-suspended',
        severity: 'info',
        summary: 'It is suspended, and it last ran at 2026-11-20T11:00:00.000Z.',
        evidence: [{ where: 'spec.suspend', quote: 'true' }],
        remedies: [{ changes: 'nothing' }, { undo: expect.stringContaining('"suspend":true') }],
      },
    ])
  })

  test('that did not run when it was due has missed its time', () => {
    expect(find(cronJob("schedule: '*/5 * * * *'"))).toMatchObject([
      {
        rule: 'cronjob-missed',
        severity: 'warning',
        reason: 'MissSchedule',
        summary: expect.stringContaining('due at 2026-11-20T11:55:00.000Z'),
        evidence: [{ quote: '*/5 * * * *' }, { where: 'status.lastScheduleTime' }],
        blames: [],
      },
    ])
    expect(find(cronJob("schedule: '*/5 * * * *'", '{}'))[0]!.summary).toContain('it never ran')
  })

  test('that forbids a second run waits for the one that does not end', () => {
    expect(find(cronJob("schedule: '*/5 * * * *', concurrencyPolicy: Forbid") + job)).toMatchObject([
      {
        reason: 'JobAlreadyActive',
        blames: [{ object: { kind: 'Job', namespace: 'shop', name: 'report-1' }, strength: 'direct' }],
      },
    ])
    expect(find(cronJob("schedule: '*/5 * * * *'") + job)[0]!.blames).toEqual([])
  })

  test('whose schedule the controller cannot read never runs; an event of a namesake that is gone says nothing', () => {
    const words = 'unparseable schedule: "x"'
    const of = (uid: string) => cronJob('schedule: x') + event(uid, 'UnparseableSchedule', words)
    expect(find(of('CronJob-report'))).toMatchObject([
      { reason: 'UnparseableSchedule', blames: [{ object: { kind: 'CronJob', name: 'report' } }] },
    ])
    expect(find(of('another'))).toEqual([])
  })

  test.each([
    ['ran when it was due', cronJob("schedule: '0 * * * *'", `{ lastScheduleTime: '${ago(0)}' }`)],
    ['is due in a moment', cronJob("schedule: '0 * * * *'")],
    ['was made after its time', cronJob("schedule: '*/30 * * * *'", '{}', 60)],
    ['is due once a year', cronJob("schedule: '0 0 1 1 *'", '{}')],
  ])('that %s is well', (_, manifests) => {
    expect(find(manifests)).toEqual([])
  })
})

import { ago, aLook } from '../../testing/a-look.ts'
import { aCondition, aContainer, aPod, aStatus, ended, manifests } from '../../testing/objects.ts'
import { jobFailed } from './jobs.ts'

type Fields = Readonly<Record<string, unknown>>

const failed = (reason: string, message: string) => [
  aCondition('FailureTarget', 'True', { reason, message }),
  aCondition('Failed', 'True', { reason, message }),
]
const backoff = failed('BackoffLimitExceeded', 'Job has reached the specified backoff limit')
const job = (name: string, status: Fields, metadata: Fields = {}) => ({
  kind: 'Job',
  metadata: { name, ...metadata },
  spec: { backoffLimit: 3 },
  status,
})
const ofCronJob = (createdSecondsAgo: number) => ({
  creationTimestamp: ago(createdSecondsAgo),
  ownerReferences: [{ kind: 'CronJob', name: 'nightly', uid: 'CronJob-nightly', controller: true }],
})
const podOf = (name: string, status: Fields, spec: Fields = {}) =>
  aPod({
    metadata: { name: 'load-1', ownerReferences: [{ kind: 'Job', name, uid: `Job-${name}`, controller: true }] },
    spec: { restartPolicy: 'Never', ...spec },
    status: { phase: 'Failed', ...status },
  })
const find = (objects: readonly Fields[], logs = {}) => [...jobFailed.find(aLook(manifests(...objects), logs))]

describe('a Job that gave up', () => {
  test.each<[string, string]>([
    ['BackoffLimitExceeded', 'Job has reached the specified backoff limit'],
    ['DeadlineExceeded', 'Job was active longer than specified deadline'],
    [
      'PodFailurePolicy',
      'Container app for pod default/load-1 failed with exit code 3 matching FailJob rule at index 0',
    ],
  ])('is told with why: %s', (reason, message) => {
    expect(find([job('load', { failed: 4, conditions: failed(reason, message) })])).toMatchObject([
      {
        ...{ rule: 'job-failed', severity: 'critical', reason, object: { kind: 'Job', name: 'load' }, blames: [] },
        summary: `It failed: ${message}.`,
        evidence: [{ where: 'status.conditions[Failed]', quote: `${reason}: ${message}` }],
      },
    ])
  })

  test('is told with what its pods wrote, and blamed where they say whose fault it is', () => {
    const logs = {
      'load-1': [{ container: 'app', isPrevious: false, lines: ['ERROR: Missing environment variable SOURCE'] }],
    }
    const pod = podOf('load', { containerStatuses: [aStatus({ state: ended(1, 'Error') })] })
    const [finding] = find([job('load', { conditions: backoff }), pod], logs)
    expect(finding!.evidence[1]).toMatchObject({ kind: 'log', quote: 'ERROR: Missing environment variable SOURCE' })
    expect(finding!.blames).toMatchObject([{ object: { kind: 'Job', name: 'load' }, strength: 'direct' }])
  })

  test('takes nothing for a reason that a sidecar says when it is ended', () => {
    const logs = {
      'load-1': [{ container: 'mesh', isPrevious: false, lines: ['ERROR: Missing environment variable MESH'] }],
    }
    const pod = podOf(
      'load',
      {
        initContainerStatuses: [aStatus({ name: 'mesh', state: ended(143, 'Error') })],
        containerStatuses: [aStatus({ state: ended(1, 'Error') })],
      },
      { initContainers: [aContainer({ name: 'mesh', restartPolicy: 'Always' })] },
    )
    expect(find([job('load', { conditions: backoff }), pod], logs)).toMatchObject([{ blames: [], evidence: [{}] }])
  })

  const cronJob = { kind: 'CronJob', metadata: { name: 'nightly' }, spec: { schedule: '@daily' } }
  test.each<[string, readonly Fields[]]>([
    ['is done', [job('load', { succeeded: 1, conditions: [aCondition('Complete', 'True')] })]],
    ['runs', [job('load', { active: 1 })]],
    ['has failed a few times, and goes on', [job('load', { active: 1, failed: 2 })]],
    ['is about to fail', [job('load', { conditions: [aCondition('FailureTarget', 'True')] })]],
    ['is suspended', [job('load', { conditions: [aCondition('Suspended', 'True')] })]],
    ['is being deleted', [job('load', { conditions: backoff }, { deletionTimestamp: ago(5) })]],
    [
      'a later run has made good',
      [cronJob, job('first', { conditions: backoff }, ofCronJob(900)), job('second', { succeeded: 1 }, ofCronJob(300))],
    ],
  ])('says nothing of one that %s', (_, objects) => {
    expect(find(objects)).toEqual([])
  })

  test('is not made good by an earlier run, nor by one of another CronJob', () => {
    const late = job('second', { conditions: backoff }, ofCronJob(300))
    const other = job(
      'other',
      { succeeded: 1 },
      {
        creationTimestamp: ago(100),
        ownerReferences: [{ kind: 'CronJob', name: 'other', uid: 'CronJob-other', controller: true }],
      },
    )
    const before = job('first', { succeeded: 1 }, ofCronJob(900))
    expect(find([cronJob, before, late, other]).map(({ object }) => object.name)).toEqual(['second'])
  })
})

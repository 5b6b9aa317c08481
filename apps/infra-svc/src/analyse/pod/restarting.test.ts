import { ago, aLook } from '../../testing/a-look.ts'
import { aPod, aStatus, ended, manifests, waiting, web } from '../../testing/objects.ts'
import { restarting } from './restarting.ts'

type Fields = Readonly<Record<string, unknown>>

const often = (status: Fields = {}) => aStatus({ restartCount: 5, lastState: ended(1, 'Error'), ...status })
const find = (pod: Fields) => [...restarting.find(aLook(manifests(...web, pod)))]

describe('a container that runs, and was restarted often and lately', () => {
  test('is told with how often', () => {
    expect(find(aPod({ status: { containerStatuses: [often()] } }))).toMatchObject([
      {
        ...{ rule: 'pod-restarting', severity: 'warning', part: 'app', reason: 'Error' },
        summary: 'Container app runs now, and was restarted 5 times, last with exit code 1.',
        evidence: [{ where: 'status.containerStatuses[app].restartCount', quote: '5', at: Date.parse(ago(60)) }],
      },
    ])
  })

  test('is told of a sidecar too, with its own field', () => {
    const pod = aPod({ status: { initContainerStatuses: [often({ name: 'mesh' })] } })
    expect(find(pod)).toMatchObject([
      { part: 'mesh', evidence: [{ where: 'status.initContainerStatuses[mesh].restartCount' }] },
    ])
  })

  test.each<[string, Fields]>([
    ['was restarted four times', often({ restartCount: 4 })],
    ['was restarted long ago', often({ lastState: ended(1, 'Error', {}, { secondsAgo: 4_000 }) })],
    ['waits to be restarted, which is told by itself', often(waiting('CrashLoopBackOff'))],
    ['tells no time of its end', often({ lastState: { terminated: { exitCode: 1 } } })],
    ['was never restarted', aStatus()],
  ])('says nothing of one that %s', (_, status) => {
    expect(find(aPod({ status: { containerStatuses: [status] } }))).toEqual([])
  })
})

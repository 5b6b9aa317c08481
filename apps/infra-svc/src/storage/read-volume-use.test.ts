import { ClusterError } from '@akashic/kubernetes'
import { aView } from '../testing/a-look.ts'
import { nodesWithClaims, readVolumeUse } from './read-volume-use.ts'

const summary = (volume: object) => ({ pods: [{ podRef: { name: 'db-0' }, volume: [{ name: 'cache' }, volume] }] })
const files = { pvcRef: { name: 'files', namespace: 'shop' }, capacityBytes: 100, usedBytes: 92 }
const forbidden = new ClusterError('forbidden', 'no', { missingPermission: 'get nodes/proxy' })

const read = (answers: Readonly<Record<string, object>>) =>
  readVolumeUse(
    {
      get: async (path: string) => {
        const answer = answers[path.split('/')[4]!]
        return answer instanceof Error ? Promise.reject(answer) : answer
      },
    },
    Object.keys(answers),
  )

describe('how full claims are', () => {
  test('is what the kubelet measured of them, with files where it counts those', async () => {
    const time = '2026-11-20T12:00:00Z'
    const { lookup, problems } = await read({ 'worker-1': summary({ ...files, inodes: 10, inodesUsed: 9, time }) })
    expect(lookup('shop', 'files')).toEqual({
      ...{ capacity: 100, used: 92, at: Date.parse(time) },
      inodes: { capacity: 10, used: 9 },
    })
    expect(lookup('other', 'files')).toBeUndefined()
    expect(problems).toEqual([])
  })

  test('is unknown of a node that may not be asked, and known of the others', async () => {
    const { lookup, problems } = await read({ 'worker-1': forbidden, 'worker-2': summary(files) })
    expect(lookup('shop', 'files')).toMatchObject({ used: 92 })
    expect(problems).toEqual([{ node: 'worker-1', reason: expect.stringContaining('not allowed: get nodes/proxy') }])
  })

  test.each([
    {},
    { pods: [{}] },
    summary({ ...files, usedBytes: 'many' }),
    summary({ pvcRef: {}, capacityBytes: 1, usedBytes: 1 }),
  ])('is not known from an answer without numbers: %j', async (answer) => {
    expect((await read({ 'worker-1': answer })).lookup('shop', 'files')).toBeUndefined()
  })

  test('is asked of the nodes on which running pods use claims, those with the most first', () => {
    const pod = (name: string, node: string, claims: number, phase = 'Running') => `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec: { nodeName: ${node}, containers: [], volumes: [${Array.from({ length: claims }, (_, index) => `{ name: v${index}, persistentVolumeClaim: { claimName: c${index} } }`).join(', ')}] }
status: { phase: ${phase} }
---`
    const pods = pod('a', 'one', 1) + pod('b', 'two', 2) + pod('c', 'three', 0) + pod('d', 'four', 3, 'Succeeded')
    expect(nodesWithClaims(aView(pods))).toEqual(['two', 'one'])
  })
})

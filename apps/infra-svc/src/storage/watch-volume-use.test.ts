import type { GroupedFinding } from '../finding/group-findings.ts'
import { aView, now } from '../testing/a-look.ts'
import { watchVolumeUse } from './watch-volume-use.ts'

const pod = (node: string) => `
apiVersion: v1
kind: Pod
metadata: { name: pod-${node} }
spec: { nodeName: ${node}, containers: [], volumes: [{ name: v, persistentVolumeClaim: { claimName: claim-${node} } }] }
status: { phase: Running }
---`
const nodes = Array.from({ length: 250 }, (_, index) => `node-${index}`)

/** Kubelets that each measure the claim of their node. */
function kubelets() {
  const asked: string[] = []
  const get = async (path: string) => {
    const node = path.split('/')[4]!
    asked.push(node)
    const pvcRef = { namespace: 'default', name: `claim-${node}` }
    return { pods: [{ volume: [{ pvcRef, capacityBytes: 100, usedBytes: 50 }] }] }
  }
  return { asked, get }
}

test('kubelets are asked every two minutes, and in large clusters those first that had no turn yet', async () => {
  const { asked, get } = kubelets()
  const watch = watchVolumeUse({ get }, aView(nodes.map(pod).join('')), () => 0.5)
  await watch.refresh(now)
  await watch.refresh(now + 60_000)
  expect(asked).toHaveLength(200)
  const left = nodes.filter((node) => !asked.includes(node))
  await watch.refresh(now + 121_000)
  expect(asked.slice(200, 250).toSorted()).toEqual(left.toSorted())
  for (const node of nodes) expect(watch.lookup('default', `claim-${node}`)).toMatchObject({ used: 50 })
})

test('what a node measured that has no claim any more is forgotten', async () => {
  const { get } = kubelets()
  const view = aView(pod('node-1'))
  const watch = watchVolumeUse({ get }, view, () => 0.5)
  await watch.refresh(now)
  view.keepOnly('Pod', new Set())
  await watch.refresh(now + 200_000)
  expect(watch.lookup('default', 'claim-node-1')).toBeUndefined()
})

test('an open finding stays while its claim is there and was not measured, and not a moment longer', async () => {
  const claim = 'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: claim-node-1 }\n---'
  const object = { kind: 'PersistentVolumeClaim', namespace: 'default', name: 'claim-node-1' }
  const open = [{ rule: 'claim-near-full', object } as GroupedFinding]
  const view = aView(claim + pod('node-1'))
  const watch = watchVolumeUse(kubelets(), view, () => 0.5)
  expect(watch.untold(open)).toEqual(open)
  await watch.refresh(now)
  expect(watch.untold(open)).toEqual([])
  const gone = watchVolumeUse(kubelets(), aView(''), () => 0.5)
  expect(gone.untold(open)).toEqual([])
})

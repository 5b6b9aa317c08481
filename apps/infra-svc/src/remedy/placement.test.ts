import { aView } from '../testing/a-look.ts'
import { manifests } from '../testing/objects.ts'
import { ofRequest } from './placement.ts'

const owner = { kind: 'Deployment', namespace: 'default', name: 'web' }
const asking = (name: string, requests: object) => ({ name, image: 'web', resources: { requests } })
const node = (name: string, cpu: string) => ({ kind: 'Node', metadata: { name }, status: { allocatable: { cpu } } })
const busy = (on: string, cpu: string) => ({
  ...{ kind: 'Pod', metadata: { name: `busy-${on}` }, status: { phase: 'Running' } },
  spec: { nodeName: on, containers: [asking('app', { cpu })] },
})

/** What is proposed to a workload whose container asks for so much, on nodes of which `big` is nearly full. */
function remediesFor(cpu: string, ...others: readonly object[]) {
  const template = { spec: { containers: [asking('app', { cpu }), ...others] } }
  const view = aView(
    manifests(
      { kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 1, template } },
      ...[node('big', '8'), node('small', '5'), busy('big', '7900m'), busy('small', '1')],
    ),
  )
  return ofRequest(view, owner, { container: 'app', resource: 'cpu', nodes: [...view.all('Node')] }).remedies!
}

test('as much is proposed as is left where most is left, and not where most was once', () => {
  expect(remediesFor('8')).toMatchObject([
    {
      command: 'kubectl set resources -n default deployment/web -c app --requests=cpu=4000m',
      title: expect.stringContaining('Node small'),
    },
  ])
})

test('what the other containers of the pod ask for is not counted as left', () => {
  expect(remediesFor('6', asking('proxy', { cpu: '500m' }))[0]!.command).toContain('--requests=cpu=3500m')
})

test('nothing below half of what was asked for is proposed: then there must be more room', () => {
  const remedies = remediesFor('9')
  expect(remedies).toMatchObject([{ command: null, title: expect.stringContaining('Add a node') }, {}])
  expect(remedies.map(({ command }) => command).join()).not.toContain('--requests')
})

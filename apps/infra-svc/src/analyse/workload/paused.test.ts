import { aLook, ago } from '../../testing/a-look.ts'
import { paused } from './paused.ts'

const deployment = ({ isPaused = true, updated = 0, seconds = 200_000 }) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec: { replicas: 2, paused: ${isPaused}, selector: {}, template: {} }
status:
  replicas: 2
  updatedReplicas: ${updated}
  conditions: [{ type: Progressing, status: Unknown, reason: DeploymentPaused, message: 'Deployment is paused', lastTransitionTime: '${ago(seconds)}' }]
`
const find = (manifest: string) => [...paused.find(aLook(manifest))]

describe('a rollout that was paused', () => {
  test('is worth knowing after a day with a revision that waits', () => {
    expect(find(deployment({}))).toMatchObject([
      {
        rule: 'deployment-paused',
        severity: 'info',
        summary: expect.stringContaining('0 of 2 pods are of the new revision'),
        evidence: [{ where: 'spec.paused', quote: 'true' }, { quote: 'DeploymentPaused: Deployment is paused' }],
        remedies: [{ changes: 'nothing' }, { undo: 'kubectl rollout pause -n shop deployment/web' }],
        blames: [],
      },
    ])
  })

  test('is under way within a day, and hides nothing where no revision waits', () => {
    expect(find(deployment({ seconds: 3_600 }))).toEqual([])
    expect(find(deployment({ updated: 2 }))).toEqual([])
    expect(find(deployment({ isPaused: false }))).toEqual([])
  })
})

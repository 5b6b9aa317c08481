import { aLook } from '../../testing/a-look.ts'
import { oldVersions } from './old-versions.ts'

const budget = (meta: string) => `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web, namespace: shop, ${meta} }
spec: { selector: {} }
---`
const written = (manager: string, version: string) =>
  `managedFields: [{ manager: ${manager}, apiVersion: ${version}, operation: Update, fieldsV1: { 'f:spec': {} } }]`
const applied = (version: string) =>
  `annotations: { kubectl.kubernetes.io/last-applied-configuration: '{"apiVersion":"${version}","kind":"PodDisruptionBudget","metadata":{}}' }`
const find = (manifests: string) => [...oldVersions.find(aLook(manifests))]

describe('an object that was written in a version of the API that is served no longer', () => {
  test.each([
    ['by who wrote its fields', written('helm', 'policy/v1beta1')],
    ['by the manifest that was applied last', applied('policy/v1beta1')],
  ])('is told with the version that replaces it: %s', (_, meta) => {
    expect(find(budget(meta))).toMatchObject([
      {
        rule: 'api-version-removed',
        severity: 'info',
        part: 'policy/v1beta1',
        summary: 'It was written as policy/v1beta1, which Kubernetes 1.25 and later do not serve: use policy/v1.',
        evidence: [{ quote: 'policy/v1beta1' }],
        remedies: [{ changes: 'nothing' }, { title: expect.stringContaining('policy/v1') }],
      },
    ])
  })

  test('is well in the version of today, and what the control plane writes is its own business', () => {
    expect(find(budget(applied('policy/v1')))).toEqual([])
    expect(find(budget(written('kube-controller-manager', 'policy/v1beta1')))).toEqual([])
  })

  test('is not to be mended where a controller makes it', () => {
    const owner = 'ownerReferences: [{ kind: Database, name: db, uid: db, controller: true }]'
    expect(find(budget(`${owner}, ${written('operator', 'policy/v1beta1')}`))).toEqual([])
  })

  test('a version that is unstable and still served is no finding', () => {
    expect(find(budget(written('helm', 'policy/v1alpha1')))).toEqual([])
  })
})

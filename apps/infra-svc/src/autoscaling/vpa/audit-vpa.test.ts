import { anAudit, aUse, rulesOf, spread, usedBy } from '../testing/an-audit.ts'
import { hpa, node, share, web } from '../testing/manifests.ts'

const bounds = { minAllowed: { cpu: '100m', memory: '256Mi' }, maxAllowed: { cpu: 2, memory: '4Gi' } }
const vpa = ({
  mode = 'Recreate',
  policies = [{ containerName: 'app', ...bounds }] as object[],
  target = 'web',
} = {}) => ({
  metadata: { name: 'web-size', namespace: 'shop' },
  spec: {
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target },
    updatePolicy: { updateMode: mode },
    resourcePolicy: { containerPolicies: policies },
  },
})
const uses = { 'Deployment shop/web': usedBy([aUse(spread(0.3, 0.45), spread(300, 400))]) }
const look = (one: object, manifests = web()) => anAudit(node() + manifests, { uses, vpas: [one] })
const told = (one: object, manifests = web()) => rulesOf(look(one, manifests))
const range = (limits: string) =>
  `\napiVersion: v1\nkind: LimitRange\nmetadata: { name: sizes, namespace: shop }\nspec: { limits: [{ type: Container, ${limits} }] }\n---`

test.each([
  ['with bounds', vpa(), web()],
  ['that only recommends, beside an autoscaler', vpa({ mode: 'Off', policies: [] }), web() + hpa()],
  [
    'of memory, beside an autoscaler of CPU',
    vpa({ policies: [{ containerName: '*', ...bounds, controlledResources: ['memory'] }] }),
    web() + hpa(),
  ],
  ['of another workload than the autoscaler scales', vpa(), web() + hpa().replace('name: web }', 'name: web2 }')],
  ['within the range of its namespace', vpa(), web() + range("min: { cpu: 50m }, max: { cpu: '4' }")],
])('one %s is left alone', (_, one, manifests) => {
  expect(told(one, manifests).filter((rule) => rule.startsWith('vpa-'))).toEqual([])
})

test.each([
  ['in the deprecated mode', vpa({ mode: 'Auto' }), web(), 'vpa-deprecated-mode'],
  ['that sizes what an autoscaler scales by', vpa(), web() + hpa({ metrics: share('memory', 70) }), 'vpa-overlaps-hpa'],
  [
    'without an upper bound',
    vpa({ policies: [{ containerName: 'app', minAllowed: { cpu: '100m' } }] }),
    web(),
    'vpa-unbounded',
  ],
  ['without any policy', vpa({ policies: [] }), web(), 'vpa-unbounded'],
  [
    'whose bounds exclude each other',
    vpa({ policies: [{ containerName: 'app', minAllowed: { cpu: 3 }, maxAllowed: { cpu: 2, memory: '4Gi' } }] }),
    web(),
    'vpa-bounds',
  ],
  [
    'whose upper bound is below what is asked for',
    vpa({ policies: [{ containerName: 'app', maxAllowed: { cpu: '200m', memory: '4Gi' } }] }),
    web(),
    'vpa-bounds',
  ],
  [
    'whose lower bound is above a limit that it keeps',
    vpa({
      policies: [
        {
          containerName: 'app',
          minAllowed: { cpu: '1500m' },
          maxAllowed: bounds.maxAllowed,
          controlledValues: 'RequestsOnly',
        },
      ],
    }),
    web(),
    'vpa-bounds',
  ],
  ['against the range of its namespace', vpa(), web() + range("min: { cpu: '3' }"), 'vpa-bounds'],
  [
    'that wants more than any node gives',
    vpa({
      policies: [{ containerName: 'app', minAllowed: { memory: '64Gi' }, maxAllowed: { cpu: 2, memory: '128Gi' } }],
    }),
    web(),
    'vpa-bounds',
  ],
  [
    'for a container that is not there',
    vpa({
      policies: [
        { containerName: 'akashic-intelligence', ...bounds },
        { containerName: '*', ...bounds },
      ],
    }),
    web(),
    'vpa-container-missing',
  ],
  ['of a workload that is not there', vpa({ target: 'gone' }), web(), 'vpa-target-missing'],
])('one %s is told', (_, one, manifests, rule) => {
  expect(told(one, manifests).filter((each) => each.startsWith('vpa-'))).toEqual([`${rule} web-size`])
})

test('where the cluster has none, nothing is said of them, and none is proposed', () => {
  const wasteful = { 'Deployment shop/web': usedBy([aUse(spread(0.01), spread(10))]) }
  expect(anAudit(node() + web(), { uses: wasteful }).proposals.map(({ kind }) => kind)).toEqual(['resources'])
  expect(anAudit(node() + web(), { uses: wasteful, vpas: [] }).proposals.map(({ kind }) => kind)).toEqual([
    'resources',
    'vpa',
  ])
})

test('requests that one writes are not judged beside it', () => {
  const wasteful = { 'Deployment shop/web': usedBy([aUse(spread(0.01), spread(10))]) }
  const sized = (mode: string) => anAudit(node() + web(), { uses: wasteful, vpas: [vpa({ mode })] })
  expect(rulesOf(sized('Recreate'))).toEqual([])
  expect(rulesOf(sized('Off'))).toEqual(['over-requested web'])
})

describe('a proposal', () => {
  const specOf = (one: object, manifests = web()) => look(one, manifests).proposals.find(({ kind }) => kind === 'vpa')!

  test('says Recreate for Auto, and keeps bounds that hold', () => {
    const { changes, manifest, undo } = specOf(vpa({ mode: 'Auto' }))
    expect(changes).toEqual([
      'updateMode: Auto -> Recreate',
      'bounds of app: cpu 100m to 2000m, memory 256Mi to 4096Mi',
    ])
    expect(manifest).toContain('updateMode: Recreate')
    expect(undo).toContain('"updateMode":"Auto"')
  })

  test('of one that Argo CD, Helm or Flux keeps is to be made there', () => {
    const kept = (metadata: object) => {
      const one = vpa({ mode: 'Auto' })
      return specOf({ ...one, metadata: { ...one.metadata, ...metadata } })
    }
    const release = { 'meta.helm.sh/release-name': 'shop', 'meta.helm.sh/release-namespace': 'shop' }
    for (const metadata of [
      { labels: { 'argocd.argoproj.io/instance': 'shop' } },
      { annotations: release },
      { labels: { 'kustomize.toolkit.fluxcd.io/name': 'shop' } },
    ])
      expect(kept(metadata)).toMatchObject({ apply: null, managedBy: [expect.stringContaining('shop')] })
    expect(kept({})).toMatchObject({ managedBy: [], apply: expect.any(String) })
  })

  test('leaves to an autoscaler what that scales by, and only recommends where that is all', () => {
    expect(specOf(vpa(), web() + hpa()).manifest).toMatch(/controlledResources:\n\s+- memory\n/)
    const both = hpa({ metrics: `${share('cpu', 60)}, ${share('memory', 70)}` })
    expect(specOf(vpa(), web() + both).manifest).toContain('updateMode: "Off"')
  })

  test('makes up no bounds for a container of which neither the use nor the request is known, and says why', () => {
    const beside =
      "{ name: side, image: 'side:1' }, { name: half, image: 'half:1', resources: { requests: { cpu: 50m } } }"
    const { changes, warnings } = specOf(vpa({ policies: [] }), web({ beside }))
    expect(changes).toEqual([
      'bounds of app: cpu 300m to 2000m, memory 304Mi to 2048Mi',
      'bounds of side: cpu without any, memory without any',
      'bounds of half: cpu up to 200m, memory without any',
    ])
    const why = 'it asks for none, and its use is not known (it was not measured yet: wait 3 d more)'
    expect(warnings).toContain(`Container side gets no new bounds of cpu: ${why}.`)
    const bare = web({ resources: '{}' })
    expect(anAudit(node() + bare, { vpas: [vpa({ policies: [] })] }).proposals).toEqual([])
    expect(anAudit(node() + bare, { vpas: [vpa({ mode: 'Auto' })] }).proposals[0]!.changes).toEqual([
      'updateMode: Auto -> Recreate',
      'bounds of app: cpu 100m to 2000m, memory 256Mi to 4096Mi',
    ])
  })

  test('of a new one leaves alone what it has no bounds for', () => {
    const beside =
      "{ name: side, image: 'side:1' }, { name: half, image: 'half:1', resources: { requests: { cpu: 50m } } }"
    const wasteful = { 'Deployment shop/web': usedBy([aUse(spread(0.01), spread(10))]) }
    const { manifest, warnings } = anAudit(node() + web({ beside }), { uses: wasteful, vpas: [] }).proposals[1]!
    expect(manifest).toMatch(/- containerName: side\n\s+mode: "Off"\n/)
    expect(manifest).toMatch(
      /- containerName: half\n\s+maxAllowed:\n\s+cpu: 200m\n\s+controlledResources:\n\s+- cpu\n$/,
    )
    expect(warnings).toContainEqual(
      expect.stringContaining('Container half is left alone with its memory: it asks for'),
    )
  })

  test('bounds what is not, by what is asked for and what a node gives', () => {
    const { changes, arithmetic } = specOf(vpa({ policies: [] }))
    expect(changes).toEqual(['bounds of app: cpu 300m to 2000m, memory 304Mi to 2048Mi'])
    expect(arithmetic).toEqual(['app cpu: to 500m × 4 = 2000m', 'app memory: to 512Mi × 4 = 2048Mi'])
  })
})

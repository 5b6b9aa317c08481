import { ago, aView, now } from '../testing/a-look.ts'
import { releaseFindings } from './release-findings.ts'
import type { ReleaseState } from './release-state.ts'

const aRelease = (secondsAgo: number, ...statuses: readonly string[]): ReleaseState => {
  const history = statuses
    .map((status, index) => ({
      revision: index + 1,
      status,
      modifiedAt: Date.parse(ago(secondsAgo)),
      uid: `u${index}`,
    }))
    .toReversed()
  return { namespace: 'shop', name: 'front', keptIn: 'Secret', ...history[0]!, history }
}

const find = (release: ReleaseState, manifests = '') => releaseFindings(aView(manifests), [release], now)
const front = { kind: 'HelmRelease', namespace: 'shop', name: 'front' }

describe('a release of Helm', () => {
  test.each(['pending-install', 'pending-upgrade', 'pending-rollback'])('that is %s for long is found', (status) => {
    expect(find(aRelease(301, 'deployed', status))).toMatchObject([
      {
        rule: 'helm-pending',
        object: front,
        reason: status,
        blames: [{ object: front, strength: 'direct' }],
        evidence: [{ object: { kind: 'Secret', name: 'sh.helm.release.v1.front.v2' }, quote: status }],
        since: Date.parse(ago(301)),
      },
    ])
  })

  test('that is pending for less than five minutes is being worked on', () => {
    expect(find(aRelease(299, 'deployed', 'pending-upgrade'))).toEqual([])
  })

  test.each(['deployed', 'uninstalling', 'superseded'])('that is %s is no finding', (status) => {
    expect(find(aRelease(3_000, status))).toEqual([])
  })

  test('that failed goes back to the last revision that was deployed, after a look', () => {
    const [finding] = find(aRelease(1, 'superseded', 'deployed', 'failed', 'failed'))
    expect(finding).toMatchObject({ rule: 'helm-failed', severity: 'warning' })
    expect(finding!.remedies.map(({ command }) => command)).toEqual([
      'helm history front -n shop',
      'helm rollback front 2 -n shop',
    ])
  })

  test('that never was deployed is critical, and what destroys says so and comes last', () => {
    const [finding] = find(aRelease(1, 'failed'))
    expect(finding!.severity).toBe('critical')
    expect(finding!.remedies.map(({ isDestructive }) => isDestructive)).toEqual([false, true])
  })

  test('involves the workloads that it made, and no others', () => {
    const workload = (name: string, namespace: string): string =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name}, namespace: shop, annotations: { meta.helm.sh/release-name: front, meta.helm.sh/release-namespace: ${namespace} } }\n---\n`
    const [finding] = find(aRelease(1, 'failed'), workload('web', 'shop') + workload('other', 'elsewhere'))
    expect(finding!.involves).toEqual([{ kind: 'Deployment', namespace: 'shop', name: 'web' }])
  })
})

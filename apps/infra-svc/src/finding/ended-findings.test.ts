import { analyse } from '../analyse/analyse.ts'
import { noLogs } from '../log/log-lines.ts'
import { ago, aView, now } from '../testing/a-look.ts'
import { endedFindings } from './ended-findings.ts'

const ingress = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, creationTimestamp: '${ago(60)}' }
spec: { rules: [{ host: shop.example, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: nobody, port: { number: 80 } } } }] } }] }
`

const look = (manifests: string) => {
  const view = aView(manifests)
  return { view, open: analyse({ view, now, logs: noLogs }).filter(({ rule }) => rule === 'ingress-backend-missing') }
}
const nothing: ReadonlySet<string> = new Set()

test('what is not seen for a moment has not ended; what is not seen for 10 s has', () => {
  const { view, open } = look(ingress)
  expect(open).toHaveLength(1)
  const first = endedFindings(view, open, nothing, new Map(), now)
  expect(first.ended).toEqual([])
  expect(endedFindings(view, open, nothing, first.waiting, now + 9_999).ended).toEqual([])
  const last = endedFindings(view, open, nothing, first.waiting, now + 10_000)
  expect(last).toEqual({ ended: open, waiting: new Map() })
})

test('what is seen again begins anew', () => {
  const { view, open } = look(ingress)
  const { waiting } = endedFindings(view, open, nothing, new Map(), now)
  const seen = endedFindings(view, open, new Set([open[0]!.id]), waiting, now + 9_000)
  expect(seen.waiting.size).toBe(0)
  expect(endedFindings(view, open, nothing, seen.waiting, now + 15_000).ended).toEqual([])
})

test('of an object that is gone nothing is waited for', () => {
  const { open } = look(ingress)
  expect(endedFindings(aView(''), open, nothing, new Map(), now).ended).toEqual(open)
})

test.each(['stale', 'unknown'] as const)('nothing ends while what it is about is %s', (state) => {
  const { open } = look(ingress)
  const view = aView('')
  const reason = 'forbidden'
  view.setFreshness(
    'Ingress',
    state === 'stale' ? { state, at: now, reason } : { state, reason, missingPermission: 'list ingresses' },
  )
  expect(endedFindings(view, open, nothing, new Map(), now + 60_000)).toEqual({ ended: [], waiting: new Map() })
})

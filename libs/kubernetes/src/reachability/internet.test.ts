import * as fc from 'fast-check'
import { ClusterModel } from '../model/cluster-model.ts'
import { kinds, resourceTypes } from '../resource/resources.ts'
import { canReach } from './reachability.ts'
import { reachesInternet } from './internet.ts'

const from = { kind: 'Pod', namespace: 'shop', name: 'web' } as const

function viewOf(policies: readonly object[], pod: object = {}): ClusterModel {
  const model = new ClusterModel('test')
  for (const kind of kinds) model.setFreshness(kind, { state: 'fresh', at: 0 })
  const metadata = { name: 'web', namespace: 'shop', uid: 'web', labels: { app: 'web' } }
  model.put(
    resourceTypes.Pod.trim({ metadata, spec: { containers: [], ...pod }, status: { podIP: '10.0.0.1' } }, String),
  )
  for (const [index, egress] of policies.entries()) {
    const spec = { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Egress'], egress }
    const raw = { metadata: { name: `out-${index}`, namespace: 'shop', uid: `out-${index}` }, spec }
    model.put(resourceTypes.NetworkPolicy.trim(raw, String))
  }
  return model
}
const ask = (policies: readonly object[], pod: object = {}, port = 443) => {
  const view = viewOf(policies, pod)
  return reachesInternet(view, view.get('Pod', 'shop', 'web')!, { port, protocol: 'TCP' })
}
const to = (cidr: string, ...except: string[]) => ({ to: [{ ipBlock: { cidr, except } }] })

describe('a pod that wants out to the internet', () => {
  test('gets there where no policy restricts what goes out', () => {
    expect(ask([])).toMatchObject({
      verdict: 'allowed',
      says: 'no policy restricts egress of Pod shop/web',
      denies: [],
    })
  })

  test('gets to all of it by a rule that leaves out private networks alone, which is named', () => {
    const answer = ask([[{ ...to('0.0.0.0/0', '10.0.0.0/8', '192.168.0.0/16'), ports: [{ port: 443 }] }]])
    expect(answer.verdict).toBe('allowed')
    expect(answer.says).toBe(
      'NetworkPolicy out-0 selects Pod shop/web, and its egress rule 1 allows egress of TCP 443 to 0.0.0.0/0 except 10.0.0.0/8, 192.168.0.0/16',
    )
  })

  test('does not get there by a policy that allows other pods, private networks or other ports', () => {
    for (const egress of [
      [],
      [{ to: [{ podSelector: {} }] }],
      [to('10.0.0.0/8')],
      [{ ...to('0.0.0.0/0'), ports: [{ port: 80 }] }],
    ]) {
      expect(ask([egress])).toMatchObject({
        verdict: 'denied',
        says: 'NetworkPolicy out-0 selects Pod shop/web, and no egress rule allows egress of TCP 443 to the internet',
        denies: [{ kind: 'NetworkPolicy', name: 'out-0' }],
      })
    }
  })

  test('gets to a part of it where a public network is all that is let through', () => {
    const answer = ask([[to('93.184.0.0/16')]])
    expect(answer.verdict).toBe('partly')
    expect(answer.steps.map(({ says, isAllowed }) => [isAllowed, says.split(' to ').at(-1)])).toEqual([
      [true, '93.184.0.0/16'],
      [false, 'the rest of the internet'],
      [false, expect.anything()],
    ])
  })

  test('gets to all of it by two policies of which each allows a half', () => {
    expect(ask([[to('0.0.0.0/1')], [to('128.0.0.0/1')]]).verdict).toBe('allowed')
  })

  test('is told when it cannot look up names there', () => {
    const { verdict, steps } = ask([[{ ...to('0.0.0.0/0'), ports: [{ port: 443 }] }]])
    expect(verdict).toBe('allowed')
    expect(steps.at(-1)).toMatchObject({
      isAllowed: false,
      says: expect.stringMatching(/^but it cannot look up names: .*UDP 53/),
    })
  })

  test('is unknown on the network of its node, and where policies may not be read', () => {
    expect(ask([], { hostNetwork: true }).verdict).toBe('unknown')
    const view = viewOf([])
    view.setFreshness('NetworkPolicy', {
      state: 'unknown',
      reason: 'not allowed',
      missingPermission: 'list networkpolicies',
    })
    expect(reachesInternet(view, view.get('Pod', 'shop', 'web')!, { port: 443, protocol: 'TCP' })).toMatchObject({
      verdict: 'unknown',
      says: expect.stringContaining('not allowed'),
    })
  })

  test('is told the same as of each public address alone', () => {
    const octet = fc.integer({ min: 0, max: 255 })
    const address = fc.tuple(fc.integer({ min: 11, max: 99 }), octet, octet, octet).map((parts) => parts.join('.'))
    const cidr = fc.tuple(address, fc.integer({ min: 0, max: 32 })).map(([ip, bits]) => `${ip}/${bits}`)
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cidr, fc.array(cidr, { maxLength: 2 })), { maxLength: 3 }),
        address,
        (blocks, ip) => {
          const egress = blocks.map(([network, except]) => to(network, ...except))
          const { verdict } = ask([egress])
          const alone = canReach(viewOf([egress]), { from, to: { ip }, port: 443 }).verdict
          expect(verdict === 'partly' || verdict === alone).toBe(true)
        },
      ),
    )
  })
})

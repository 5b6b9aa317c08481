import { conditionOf, referenceTo, type Condition, type Node } from '@akashic/kubernetes'
import type { Blame, Finding } from '../../finding/finding.ts'
import type { Analyser } from '../analyser.ts'
import { fieldQuote } from '../quote.ts'
import { giveUp, relieve } from '../../remedy/node.ts'

/** Bad when True. Conditions of other names have no polarity that is known, and are not judged. */
const pressures = ['MemoryPressure', 'DiskPressure', 'PIDPressure'] as const

const short: Readonly<Record<(typeof pressures)[number], string>> = {
  MemoryPressure: 'memory',
  DiskPressure: 'disk',
  PIDPressure: 'process ids',
}

/** A node that is not ready, runs short of something, or has no network. */
export const nodeConditions: Analyser = {
  rules: ['node-not-ready', 'node-pressure', 'node-network-unavailable'],
  needs: ['Node'],
  *find({ view }) {
    for (const node of view.all('Node')) {
      const ready = conditionOf(node, 'Ready')
      if (ready && ready.status !== 'True') yield notReady(node, ready)
      for (const type of pressures) {
        const pressure = conditionOf(node, type)
        // A kubelet that is silent leaves its conditions Unknown: that it is not ready is told already.
        if (pressure?.status === 'True') yield underPressure(node, pressure, short[type])
      }
      const network = conditionOf(node, 'NetworkUnavailable')
      if (network?.status === 'True') yield withoutNetwork(node, network)
    }
  },
}

function finding(
  node: Node,
  condition: Condition,
  told: Pick<Finding, 'rule' | 'severity' | 'summary'>,
  because: string,
): Finding {
  const object = referenceTo(node)
  const remedies = condition.type === 'Ready' && condition.status === 'Unknown' ? giveUp(object) : relieve(object)
  const blame: Blame = { object, because, strength: 'direct', remedies }
  return {
    ...told,
    object,
    uid: node.uid,
    part: condition.type,
    reason: condition.reason,
    evidence: [
      fieldQuote(
        node,
        `status.conditions[${condition.type}]`,
        `${condition.status}, ${condition.reason}: ${condition.message}`,
        condition.since,
      ),
    ],
    remedies: [],
    blames: [blame],
    involves: [],
    since: condition.since,
  }
}

const notReady = (node: Node, ready: Condition): Finding =>
  finding(
    node,
    ready,
    {
      rule: 'node-not-ready',
      severity: 'critical',
      summary:
        ready.status === 'Unknown' ? 'Its kubelet is not heard of any more.' : `It is not ready: ${ready.message}.`,
    },
    ready.status === 'Unknown' ? 'its kubelet stopped posting its status' : `it is not ready: ${ready.message}`,
  )

const underPressure = (node: Node, pressure: Condition, what: string): Finding =>
  finding(
    node,
    pressure,
    { rule: 'node-pressure', severity: 'critical', summary: `It runs short of ${what}, and evicts pods.` },
    `it runs short of ${what}`,
  )

const withoutNetwork = (node: Node, network: Condition): Finding =>
  finding(
    node,
    network,
    { rule: 'node-network-unavailable', severity: 'critical', summary: 'Its network is not set up.' },
    'its network is not set up',
  )

import { referenceText, type Reference } from '@akashic/kubernetes'
import type { Evidence, Remedy } from '../finding/finding.ts'
import type { Step } from './diagnosis.ts'
import type { GroupedFinding } from '../finding/group-findings.ts'
import { pasteable } from '../finding/pasteable.ts'
import { hideInDocument } from '../redaction/hide-credentials.ts'
import type { OpenCase } from './case.ts'
import { isFinding } from './links/link.ts'
import { linkRules, retracingRules } from './links/link-rules.ts'

/** A way from a symptom to an object that could be its cause. */
export interface Path {
  readonly symptom: GroupedFinding
  readonly object: Reference
  readonly because: string
  readonly isDirect: boolean
  /** The finding that blames the object, or that the blaming rule began at. */
  readonly at: GroupedFinding
  /** Names of the rules that led here. */
  readonly rules: readonly string[]
  readonly evidence: readonly Evidence[]
  /** Of the object itself. */
  readonly remedies: readonly Remedy[]
  readonly corroboration: readonly string[]
  /** From the cause to the symptom. */
  readonly chain: readonly Step[]
}

export interface Walked {
  readonly paths: readonly Path[]
  /** Ids of all findings that were passed, the symptom's among them. */
  readonly passed: ReadonlySet<string>
}

const longestPath = 8

interface Stop {
  readonly finding: GroupedFinding
  readonly rules: readonly string[]
  /** From here to the symptom. */
  readonly chain: readonly Step[]
}

/** Follows every reason of a symptom to its end, the nearest first. A finding that is passed twice counts once. */
export function walk(open: OpenCase, symptom: GroupedFinding): Walked {
  const passed = new Set([symptom.id])
  const paths: Path[] = []
  const queue: Stop[] = [{ finding: symptom, rules: [], chain: [stepOf(symptom)] }]
  for (let stop = queue.shift(); stop; stop = queue.shift()) {
    paths.push(...blamedAt(symptom, stop))
    if (stop.rules.length >= longestPath) continue
    for (const rule of isBlamedDirectly(stop.finding) ? retracingRules : linkRules) {
      for (const { rule: name, says, to } of rule(open, stop.finding)) {
        const ruleNames = [...stop.rules, name]
        if (!isFinding(to)) {
          const because = { object: to.object, says: to.because }
          paths.push({
            ...{ symptom, object: to.object, because: to.because, isDirect: to.strength === 'direct' },
            ...{ at: stop.finding, rules: ruleNames, evidence: to.evidence },
            remedies: hideInDocument(pasteable([to.object], to.remedies)),
            corroboration: to.corroboration,
            chain: [because, ...withReason(stop.chain, says)],
          })
        } else if (!passed.has(to.id)) {
          passed.add(to.id)
          queue.push({ finding: to, rules: ruleNames, chain: [stepOf(to), ...withReason(stop.chain, says)] })
        }
      }
    }
  }
  return { paths, passed }
}

/** Where an observation names what must be changed, nothing lies behind it but that it was well before, or leaks. */
const isBlamedDirectly = ({ blames }: GroupedFinding): boolean => blames.some(({ strength }) => strength === 'direct')

function blamedAt(symptom: GroupedFinding, { finding, rules, chain }: Stop): readonly Path[] {
  return finding.blames.map(({ object, because, strength, evidence = [], remedies = [] }) => ({
    ...{ symptom, object, because, isDirect: strength === 'direct', at: finding, rules },
    ...{ evidence, remedies, corroboration: [] },
    chain: referenceText(object) === referenceText(finding.object) ? chain : [{ object, says: because }, ...chain],
  }))
}

const stepOf = ({ object, summary }: GroupedFinding): Step => ({ object, says: summary })

/** What the next step suffers from is said where it suffers. */
function withReason([first, ...rest]: readonly Step[], says: string): readonly Step[] {
  return first ? [{ object: first.object, says: `${first.says.replace(/\.$/, '')}: ${says}.` }, ...rest] : []
}

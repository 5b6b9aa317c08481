import { isSame, referenceText, type Kind } from '@akashic/kubernetes'
import type { Remedy } from '../finding/finding.ts'
import { inTurn, type GroupedFinding } from '../finding/group-findings.ts'
import { openCase, type Case, type OpenCase } from './case.ts'
import type { Cause, Diagnosis, Scope, Symptom, Unseen, Verdict } from './diagnosis.ts'
import { matchRunbooks } from '../runbook/runbook.ts'
import { ruleOut } from './rule-out.ts'
import { sufferingIn, symptomsIn } from './scope.ts'
import { rankCandidates, type Candidate } from './score.ts'
import { partTroubles, type Trouble } from './troubles.ts'
import { unseenKinds } from './unseen-kinds.ts'
import { walk, type Path } from './walk.ts'

/** Told of a diagnosis; the summary counts all. */
const mostCauses = 200
const mostAlternatives = 3
const mostEvidence = 8

/** Says why things are as they are: the objects that must be changed, the likeliest first, and why each; or that nothing
 *  seen explains it. Pure: the same case gives the same answer.
 *  @param needed kinds whose absence is told as unseen, with what they matter for. */
export function explain(given: Case, scope: Scope, needed: readonly Kind[]): Diagnosis {
  const open = openCase(given)
  const symptoms = symptomsIn(open, scope)
  const troubles = partTroubles(
    symptoms,
    symptoms.map((symptom) => walk(open, symptom)),
  )
  const isWide = scope.kind === 'cluster' || scope.kind === 'namespace'
  const solved = troubles.flatMap((trouble) => (isWide ? apart(solve(open, trouble)) : [solve(open, trouble)]))
  const found = solved.flatMap(({ candidates }, index) => candidates.map((each) => ({ ...each, trouble: index + 1 })))
  const unseen = [...unseenKinds(given.view, needed), ...(given.unread ?? [])]
  const older = sufferingIn(open, scope).length - symptoms.length
  const verdict = verdictOf(solved[0], unseen, older)
  const causes = found.map((cause, index) => causeOf(cause, index + 1))
  return {
    cluster: given.view.cluster,
    scope,
    at: given.now,
    since: given.since ?? null,
    verdict,
    summary: summaryOf(verdict, causes, solved, unseen) + leftOut(open, older),
    causes: causes.slice(0, mostCauses),
    symptoms: solved.flatMap(({ trouble, explained }, index) =>
      trouble.symptoms.map((symptom) => symptomOf(symptom, index + 1, explained.has(symptom.id))),
    ),
    ruledOut: ruleOut(open, solved[0]?.trouble ?? null, causes),
    unseen: [...unseen, ...(given.withheld ?? [])],
    runbooks: matchRunbooks(given.runbooks, passedIn(open, solved)),
    nextStep: verdict === 'cause_established' ? (causes[0]?.remedies[0] ?? null) : lookFurther(solved),
  }
}

/** Where nothing is established: the first thing to look at of what is not explained, nearest to the process. */
function lookFurther(solved: readonly Solved[]): Diagnosis['nextStep'] {
  const left = solved.flatMap(({ trouble, explained }) => trouble.symptoms.filter(({ id }) => !explained.has(id)))
  const nearest = left.toSorted((a, b) => Number(b.rule.startsWith('pod-')) - Number(a.rule.startsWith('pod-')))
  return nearest.flatMap(({ remedies }) => remedies.filter(({ command }) => command !== null))[0] ?? null
}

/** Every finding that a symptom led to. */
function passedIn({ findings }: OpenCase, solved: readonly Solved[]): readonly GroupedFinding[] {
  const passed = new Set(solved.flatMap(({ trouble }) => trouble.walks.flatMap((walked) => [...walked.passed])))
  return findings.filter(({ id }) => passed.has(id))
}

interface Solved {
  readonly trouble: Trouble
  readonly candidates: readonly (Candidate & { readonly isEstablished: boolean })[]
  readonly explained: ReadonlySet<string>
  readonly isEstablished: boolean
}

/** Takes the likeliest cause, then the likeliest of what it leaves unexplained; what is left are alternatives. */
function solve(open: OpenCase, trouble: Trouble): Solved {
  const ranked = rankCandidates(open, trouble)
  const explained = new Set<string>()
  const chosen: Candidate[] = []
  for (const candidate of ranked) {
    const isNew = [...candidate.explains].some((id) => !explained.has(id))
    if (!isNew || !candidate.isDirect) continue
    chosen.push(candidate)
    for (const id of candidate.explains) explained.add(id)
  }
  const must = trouble.symptoms.filter(({ severity }) => severity === worstOf(trouble))
  const isEstablished = ranked[0]?.isDirect === true && must.every(({ id }) => explained.has(id))
  const alternatives = ranked.filter((candidate) => !chosen.includes(candidate)).slice(0, mostAlternatives)
  const candidates = [
    ...chosen.map((candidate) => ({ ...candidate, isEstablished })),
    ...alternatives.map((candidate) => ({ ...candidate, isEstablished: false })),
  ]
  return { trouble, candidates, explained, isEstablished }
}

/** Where much is looked at, what nothing explains is a trouble of its own: that it could have a reason in common with what
 *  is explained takes nothing from that. */
function apart(solved: Solved): readonly Solved[] {
  const { trouble, candidates, explained, isEstablished } = solved
  const isExplained = ({ id }: GroupedFinding): boolean => explained.has(id)
  if (isEstablished || explained.size === 0 || trouble.symptoms.every(isExplained)) return [solved]
  const part = (wanted: boolean): Trouble => {
    const kept = trouble.symptoms.flatMap((symptom, index) => (isExplained(symptom) === wanted ? [index] : []))
    return { symptoms: kept.map((i) => trouble.symptoms[i]!), walks: kept.map((i) => trouble.walks[i]!) }
  }
  const chosen = candidates.filter(
    ({ explains, isDirect }) => isDirect && [...explains].some((id) => explained.has(id)),
  )
  const others = candidates.filter((candidate) => !chosen.includes(candidate))
  return [
    {
      trouble: part(true),
      candidates: chosen.map((each) => ({ ...each, isEstablished: true })),
      explained,
      isEstablished: true,
    },
    { trouble: part(false), candidates: others, explained: new Set(), isEstablished: false },
  ]
}

const worstOf = ({ symptoms }: Trouble): string =>
  symptoms.some(({ severity }) => severity === 'critical') ? 'critical' : 'warning'

/** What could not be seen may be what is wrong, and what is left out as older may last. */
function verdictOf(first: Solved | undefined, unseen: readonly Unseen[], older: number): Verdict {
  if (first) return first.isEstablished ? 'cause_established' : 'none_established'
  return unseen.length > 0 || older > 0 ? 'unknown' : 'nothing_wrong'
}

function causeOf(candidate: Solved['candidates'][number] & { readonly trouble: number }, rank: number): Cause {
  const [best] = candidate.paths
  const { object, paths } = candidate
  const evidence = paths.flatMap((path) => [...path.evidence, ...path.at.evidence])
  const unique = [...new Map(evidence.map((each) => [JSON.stringify(each), each])).values()]
  return {
    ...{ rank, trouble: candidate.trouble, object, because: best!.because },
    ...{ isEstablished: candidate.isEstablished, score: candidate.score, points: candidate.points },
    evidence: unique.slice(0, mostEvidence),
    chain: best!.chain,
    explains: [...candidate.explains].toSorted(),
    remedies: inTurn(paths.flatMap((path) => [...path.remedies, ...remediesAt(path)])),
  }
}

/** What else there is to do where the cause was found, other than about others that are blamed there. */
function remediesAt({ object, at }: Path): readonly Remedy[] {
  const ofOthers = at.blames.filter((blame) => !isSame(blame.object, object)).flatMap(({ remedies = [] }) => remedies)
  return at.remedies.filter(({ title }) => !ofOthers.some((other) => other.title === title))
}

function symptomOf(finding: GroupedFinding, trouble: number, isExplained: boolean): Symptom {
  const { id, rule, severity, object, reason, summary, since } = finding
  return { findingId: id, trouble, rule, severity, object, reason, summary, since, isExplained }
}

function summaryOf(
  verdict: Verdict,
  causes: readonly Cause[],
  solved: readonly Solved[],
  unseen: readonly Unseen[],
): string {
  const [first] = causes
  if (verdict === 'nothing_wrong') return 'Nothing is wrong in what was looked at.'
  if (verdict === 'unknown') {
    return unseen.length > 0
      ? 'Nothing is known to be wrong, and not all that matters could be read: whether it is well is unknown.'
      : 'Nothing is known to have become wrong since then, and what was wrong before was not looked into.'
  }
  const symptoms = solved.flatMap(({ trouble }) => trouble.symptoms).length
  const established = causes.filter(({ isEstablished }) => isEstablished).length
  const left = solved.flatMap(({ trouble, explained }) =>
    trouble.symptoms.filter(({ id }) => !explained.has(id)),
  ).length
  if (verdict === 'cause_established' && first) {
    const more =
      established > 1 ? ` ${established - 1} more ${established === 2 ? 'cause is' : 'causes are'} established.` : ''
    const unexplained = left > 0 ? ` ${counted(left)} ${left === 1 ? 'is' : 'are'} not explained.` : ''
    return `${referenceText(first.object)}: ${first.because}.${more}${unexplained}`
  }
  const others =
    established > 0 ? ` For others ${established === 1 ? 'a cause is' : `${established} causes are`} established.` : ''
  return `cause: none established. ${counted(symptoms)}, and nothing seen explains all of it.${others}`
}

/** What was there before the time that is looked back to is told by its number alone. */
function leftOut({ since }: OpenCase, older: number): string {
  if (since === undefined || older === 0) return ''
  const [what, are] = older === 1 ? ['1 older finding', 'is'] : [`${older} older findings`, 'are']
  return ` ${what}, of before ${new Date(since).toISOString()}, ${are} left out.`
}

const counted = (symptoms: number): string => `${symptoms} ${symptoms === 1 ? 'symptom' : 'symptoms'}`

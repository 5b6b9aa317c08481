import { renderTemplate, type IncidentPolicy } from '@akashic/config'
import { impactOf, isImpaired, worse } from '../incident/impact.ts'
import type { Impact, Incident, IncidentComponent } from '../incident/incident.ts'
import { durationInWords, namedComponents } from '../incident/in-words.ts'
import { usualSilenceMs } from '../incident/promise.ts'
import type { ComponentStatus } from '../status/component-status.ts'

/** Of what an incident's words are made. */
export interface Told extends Pick<Incident, 'severity' | 'startedAtMs'> {
  readonly components: readonly Pick<
    IncidentComponent,
    'name' | 'visibility' | 'critical' | 'worstStatus' | 'recoveredAtMs' | 'isRoot'
  >[]
}

/** Words of an incident that a policy may say. */
export type Words = 'body' | 'recovered' | 'resolved' | 'relapsed'

/** What a reader of words cannot see in them: how bad it is, and how often more is promised. */
export interface Measure {
  readonly status: ComponentStatus
  readonly impact: Impact
}

const longestTitle = 200
const longestBody = 20_000

/** The title that the policy gives an incident. No internal component is named in it. */
export function titleOf(policy: IncidentPolicy, told: Told, measure = measureOf(told)): string {
  const values = { ...valuesOf(policy, told, measure), components: namedComponents(told.components) }
  const title = renderTemplate(policy.title, values).trim()
  return cut(`${title.charAt(0).toUpperCase()}${title.slice(1)}`, longestTitle)
}

/** What the policy says of an incident, in Markdown: of those that are not well, or of all once it is over. No internal
 *  component is named in it. */
export function bodyOf(policy: IncidentPolicy, words: Words, told: Told, measure = measureOf(told)): string {
  const isOver = words === 'recovered' || words === 'resolved'
  const unwell = told.components.filter(({ recoveredAtMs }) => recoveredAtMs === null)
  const components = isOver || unwell.length === 0 ? told.components : unwell
  const values = { ...valuesOf(policy, told, measure), components: namedComponents(components, asInlineText) }
  return cut(renderTemplate(policy[words], values).trim(), longestBody)
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).toWellFormed()}…`
}

/** How bad it is for those who may read of it. */
export function measureOf({ components }: Told): Measure {
  const open = components.filter(({ visibility }) => visibility === 'public')
  const shown = open.length > 0 ? open : components
  const status = shown.reduce<ComponentStatus>((worst, one) => worse(worst, one.worstStatus), 'operational')
  return { status, impact: impactOf(components) }
}

function valuesOf({ resolveAfter }: IncidentPolicy, told: Told, { status, impact }: Measure) {
  return {
    status: isImpaired(status) ? statusWords[status]! : 'trouble was reported',
    severity: `SEV-${told.severity}`,
    interval: durationInWords(usualSilenceMs(impact)),
    started: `${new Date(told.startedAtMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    quiet: durationInWords(resolveAfter),
  }
}

const statusWords: Readonly<Partial<Record<ComponentStatus, string>>> = {
  degraded: 'degraded performance',
  partial_outage: 'partial outage',
  outage: 'outage',
}

/** A name within Markdown that means nothing but itself. */
function asInlineText(name: string): string {
  return name.replace(/[\\`*_[\]<>~]|&(?=#?\w+;)|^[#+-]/g, '\\$&')
}

import { z } from 'zod'
import { componentId } from './component.ts'
import { durationBetween } from './duration.ts'
import { line } from './text.ts'
import { wordsTemplate } from './words-template.ts'

/** What the summary of an alert rule may say. */
export const ruleVariables = ['component', 'value', 'limit', 'window'] as const

const summary = (fallback: string) =>
  wordsTemplate(500, ruleVariables, line).default(fallback).describe('What the alert says.')
const alertSeverity = z.enum(['critical', 'warning', 'info'])
const kind = <Kind extends string>(name: Kind, text: string) => z.literal(name).describe(text)

/** What every rule has, whatever its kind. */
const common = {
  name: z
    .string()
    .regex(/^[a-z0-9-]{1,63}$/, 'must be 1 to 63 of a-z, 0-9 and -')
    .describe('Names the rule; label `alertname` of its alerts.'),
  components: z
    .array(componentId)
    .max(1_000)
    .optional()
    .describe('Ids of the components that it is about. Without `components` and `groups` it is about all.'),
  groups: z.array(line().max(120)).max(100).optional().describe('Groups whose components it is about.'),
  for: durationBetween('0s', '24h').prefault('0s').describe('How long it must hold before it fires, at most `24h`.'),
  keepFiringFor: durationBetween('0s', '24h')
    .prefault('0s')
    .describe('How long it goes on firing after it held last, at most `24h`.'),
}

export const thresholdRule = z.strictObject({
  kind: kind('threshold', 'Fires while a figure of the checks or of the events of a component is above a limit.'),
  metric: z
    .enum(['response_time_p95', 'response_time_max', 'failure_ratio', 'events'])
    .describe(
      'Response times are milliseconds of all measured runs, `failure_ratio` is outages by measured runs (0 to 1), `events` a number.',
    ),
  event: z
    .string()
    .regex(/^akashic(\.[a-z_]+)+\.v\d+$/, 'must be the type of an event, as akashic.status.component_changed.v1')
    .optional()
    .describe('Type of the events that are counted, for `events`.'),
  above: z.number().min(0).describe('The limit.'),
  over: durationBetween('1m', '24h').prefault('5m').describe('Window that is looked at, `1m` to `24h`.'),
  severity: alertSeverity.default('warning').describe('Severity of the alert.'),
  summary: summary('{{component}}: {{value}} in {{window}}, more than {{limit}}'),
  ...common,
})

export const absenceRule = z.strictObject({
  kind: kind('absence', 'Fires while nothing is measured of a component, or an event did not come.'),
  event: z
    .string()
    .regex(/^akashic(\.[a-z_]+)+\.v\d+$/, 'must be the type of an event, as akashic.status.component_changed.v1')
    .optional()
    .describe('Type of the event that is missed; without it, results of checks.'),
  over: durationBetween('1m', '7d').prefault('10m').describe('How long nothing may come, `1m` to `7d`.'),
  severity: alertSeverity.default('warning').describe('Severity of the alert.'),
  summary: summary('{{component}}: nothing for {{window}}'),
  ...common,
})

/** Burn rates that alert, of the Site Reliability Workbook (chapter 5): so many times faster than the budget of 30 days
 *  allows, over both windows. */
export const defaultBurnWindows = [
  { burnRate: 14.4, long: '1h', short: '5m', severity: 'critical' },
  { burnRate: 6, long: '6h', short: '30m', severity: 'critical' },
  { burnRate: 3, long: '1d', short: '2h', severity: 'warning' },
  { burnRate: 1, long: '3d', short: '6h', severity: 'warning' },
] as const

const burnWindow = z
  .strictObject({
    burnRate: z.number().min(0.1).max(1_000).describe('How many times faster than the budget allows.'),
    long: durationBetween('1m', '28d').describe('Window over which it must burn so.'),
    short: durationBetween('1m', '28d').describe('Window that shows that it still does.'),
    severity: alertSeverity.describe('Severity of the alert.'),
  })
  .refine(({ long, short }) => short <= long, { path: ['short'], message: 'must not be longer than long' })

export const burnRateRule = z.strictObject({
  kind: kind('burn_rate', 'Fires while the error budget of a component burns too fast, in several windows.'),
  objective: z
    .number()
    .min(0.5)
    .max(0.99999)
    .describe('Share of the known time in which the component must not be out, as 0.999.'),
  windows: z
    .array(burnWindow)
    .min(1)
    .max(10)
    .prefault([...defaultBurnWindows])
    .describe('Each has `burnRate`, `long`, `short` and `severity`; the worst that holds counts.'),
  summary: summary('{{component}}: error budget burns {{value}} times too fast over {{window}}'),
  ...common,
})

/** One schema for each kind of rule; their order is the order of the reference. */
export const ruleKinds = [thresholdRule, absenceRule, burnRateRule] as const

export const ruleSchema = z
  .discriminatedUnion('kind', ruleKinds)
  .refine((rule) => rule.kind !== 'threshold' || (rule.metric === 'events') === (rule.event !== undefined), {
    path: ['event'],
    message: 'is needed for the metric events, and for no other',
  })
  .refine((rule) => rule.kind !== 'threshold' || rule.metric !== 'failure_ratio' || rule.above < 1, {
    path: ['above'],
    message: 'must be below 1: failure_ratio is a share, as 0.05 for 5 %',
  })
  .superRefine((rule, context) => {
    if (rule.kind !== 'burn_rate') return
    const highest = 1 / (1 - rule.objective)
    rule.windows.forEach(({ burnRate }, at) => {
      if (burnRate < highest) return
      const message = `can never hold: with this objective a total outage burns ${Number(highest.toFixed(2))} times too fast`
      context.addIssue({ code: 'custom', path: ['windows', at, 'burnRate'], message })
    })
  })

const labels = z.record(
  z.string().regex(/^[a-zA-Z_][\w.:/-]{0,199}$/, 'must be the name of a label'),
  z.string().max(1_000),
)

export const alertsSection = z.strictObject({
  rules: z.array(ruleSchema).max(5_000).default([]).describe('What raises alerts here. See the kinds below.'),
  componentLabel: z
    .string()
    .regex(/^[a-zA-Z_][\w.:/-]{0,199}$/, 'must be the name of a label')
    .default('component')
    .describe('Label whose value is the id of the component that an alert is about.'),
  components: z
    .array(
      z.strictObject({
        labels: labels.describe('Labels that an alert has, with these values.'),
        component: componentId.describe('Id of the component.'),
      }),
    )
    .max(1_000)
    .default([])
    .describe('Which component an alert is about that lacks the label; the first that fits counts.'),
  groupBy: z
    .array(z.string().regex(/^[a-zA-Z_][\w.:/-]{0,199}$/, 'must be the name of a label'))
    .max(20)
    .default(['alertname', 'component'])
    .describe(
      'Labels by which alerts without an incident are one group, with one page for all of them: their own, and `component`, `group`, `severity`, `source`.',
    ),
  groupWait: durationBetween('0s', '10m')
    .prefault('10s')
    .describe('How long a new group gathers before it pages, at most `10m`.'),
  expireAfter: durationBetween('1m', '7d')
    .prefault('24h')
    .describe(
      'How long an alert of a Prometheus or Alertmanager fires after it was last heard of, where no end is told, `1m` to `7d`. Longer than the `repeat_interval` of an Alertmanager.',
    ),
  deadMansSwitch: z
    .strictObject({
      url: z
        .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
        .describe('Address outside that is told each minute; it must raise the alarm when nothing comes.'),
    })
    .optional()
    .describe('Tells somebody outside each minute that the way from a check to a notification works.'),
})

export type AlertSettings = z.output<typeof alertsSection>
export type AlertRule = z.output<typeof ruleSchema>
export type ThresholdRule = z.output<typeof thresholdRule>
export type AbsenceRule = z.output<typeof absenceRule>
export type BurnRateRule = z.output<typeof burnRateRule>

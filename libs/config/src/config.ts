import { z } from 'zod'
import { aiSection } from './ai.ts'
import { alertsSection } from './alerts.ts'
import { channelSchema } from './channels.ts'
import { clusterSchema, infraSection } from './clusters.ts'
import { componentSchema, type ComponentInput, type ComponentSpec } from './component.ts'
import { crossCheck } from './cross-check.ts'
import { databaseSchema } from './databases.ts'
import { incidentsSection } from './incidents.ts'
import { notificationsSection } from './notifications.ts'
import { onCallSection } from './on-call.ts'
import {
  checksSection,
  httpSection,
  moduleNames,
  outboundSection,
  pageSection,
  retentionSection,
  visionSection,
} from './sections.ts'

/** The whole of akashic.yaml. Rules that span sections are checked even where single fields are wrong, so that
 *  every mistake is reported at once. */
export const configSchema = z
  .strictObject({
    page: pageSection.prefault({}).describe('The status page.'),
    modules: z
      .array(z.enum(moduleNames))
      .min(1)
      .default([...moduleNames])
      .describe('Modules that this process runs.'),
    components: z.array(componentSchema).max(20_000).default([]).describe('What is watched and shown.'),
    checks: checksSection.prefault({}).describe('Limits of the check engine.'),
    vision: visionSection.prefault({}).describe('How a checker notices that it is blind.'),
    incidents: incidentsSection.prefault({}).describe('When incidents open by themselves, and what they say.'),
    channels: z.array(channelSchema).max(50).default([]).describe('Where notifications go.'),
    notifications: notificationsSection.prefault({}).describe('Who is told of what.'),
    onCall: onCallSection.prefault({}).describe('Who is on call, and who is paged.'),
    alerts: alertsSection.prefault({}).describe('What raises alerts, and what they are about.'),
    ai: aiSection.prefault({}).describe('AI providers, the proxy before them, and how their answers are judged.'),
    clusters: z.array(clusterSchema).max(20).default([]).describe('Kubernetes clusters that are looked at.'),
    databases: z
      .array(databaseSchema)
      .max(50)
      .default([])
      .describe('Databases, of Postgres and Redis, that are looked at.'),
    infra: infraSection.prefault({}).describe('How clusters are judged, and what else is looked at.'),
    retention: retentionSection.prefault({}).describe('How long what was measured is kept.'),
    http: httpSection.prefault({}).describe('Limits of the HTTP listeners.'),
    outbound: outboundSection.prefault({}).describe('Where checks may go.'),
  })
  .superRefine(
    (config, context) => {
      for (const { path, message } of crossCheck(config)) context.addIssue({ code: 'custom', path: [...path], message })
    },
    { when: () => true },
  )
  .transform((config) => ({ ...config, components: withAiServices(config.components, config.ai.providers.length > 0) }))

/** Where AI providers are configured, the page has a component that stands for them, unless the file has its own. */
function withAiServices(components: readonly ComponentSpec[], hasProviders: boolean): ComponentSpec[] {
  if (!hasProviders || components.some(({ id }) => id === aiServices.id)) return [...components]
  return [...components, componentSchema.parse(aiServices)]
}

const aiServices: ComponentInput = {
  id: 'ai-services',
  name: 'AI Services',
  description: 'Language models that features use.',
  checks: [{ kind: 'reported', interval: '30s', failureThreshold: 1, successThreshold: 1 }],
}

/** The configuration as used: defaults filled in, durations in milliseconds. */
export type Config = z.output<typeof configSchema>
/** The configuration as written in akashic.yaml. */
export type ConfigInput = z.input<typeof configSchema>

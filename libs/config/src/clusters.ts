import { z } from 'zod'
import { durationBetween } from './duration.ts'
import { performanceSection } from './performance.ts'
import { line } from './text.ts'

const namespaceName = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'must be the name of a namespace')

/** One Kubernetes cluster that is looked at. Nothing here can change it. */
export const clusterSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'must be lower-case letters, digits and dashes')
    .describe('By which components and requests name it.'),
  kubeconfig: line()
    .min(1)
    .max(1_024)
    .optional()
    .describe('Path of the kubeconfig; `KUBECONFIG`, or the usual place, unless given.'),
  context: line().min(1).max(253).optional().describe('Context of the kubeconfig; its current one unless given.'),
  inCluster: z.boolean().default(false).describe('Use the service account of the pod that this process runs in.'),
  secretNamespaces: z
    .array(namespaceName)
    .max(1_000)
    .default([])
    .describe('Namespaces whose Secrets may be read: their names, keys and dates, never their values.'),
})

const share = (usual: number) => z.number().gt(0).max(1).default(usual)

const percentage = (usual: number) => z.int().min(1).max(100).default(usual)

const infraSettings = z.strictObject({
  nodes: z
    .strictObject({
      warning: share(0.8).describe('Share of what a node can give from which its use is a warning.'),
      critical: share(0.9).describe('Share from which it is critical.'),
    })
    .prefault({})
    .describe('When the use of a node is too much.'),
  diagnoses: z
    .strictObject({
      keep: durationBetween('1d', '400d').prefault('30d').describe('How long diagnoses are kept, `1d` to `400d`.'),
    })
    .prefault({})
    .describe('Diagnoses that were made.'),
  runbooks: line()
    .min(1)
    .max(1_024)
    .optional()
    .describe('Folder of runbooks in Markdown, besides those that come along.'),
  loadTests: z
    .strictObject({
      allowedOrigins: z
        .array(z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin))
        .max(100)
        .default([])
        .describe(
          'Where load tests that run on the server may go, such as `https://staging.example.org`; nowhere unless given.',
        ),
      productionHours: z
        .array(
          z.string().regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'must be hours such as 22:00-06:00'),
        )
        .max(10)
        .default([])
        .describe('When they may load an address of a component (`targets.url`), UTC; never unless given.'),
      maxRequests: z.int().min(1).max(1_000_000_000).default(1_000_000).describe('Requests of one test at most.'),
      maxDuration: durationBetween('1s', '24h').prefault('1h').describe('How long one may take.'),
      maxVus: z.int().min(1).max(10_000).default(1_000).describe('Virtual users of one test at most.'),
      keep: durationBetween('1d', '400d').prefault('90d').describe('How long results are kept.'),
    })
    .prefault({})
    .describe('Load tests that run on the server.'),
  performance: performanceSection.prefault({}).describe('How fast components are, and what is measured of them.'),
  usage: z
    .strictObject({
      keep: durationBetween('1d', '90d')
        .prefault('8d')
        .describe('How long the use of pods is kept, `1d` to `90d`: minutes for six hours, then ten minutes together.'),
    })
    .prefault({})
    .describe('CPU and memory that the containers of the clusters use, read each minute from metrics.k8s.io.'),
  autoscaling: z
    .strictObject({
      history: durationBetween('1h', '90d')
        .optional()
        .describe(
          'How far back the use of pods is looked at, no further than `infra.usage.keep`; `7d`, or that, unless given.',
        ),
      leastHistory: durationBetween('10m', '30d')
        .optional()
        .describe(
          'How much of it must have been measured before requests are judged; `3d`, or all of it, unless given.',
        ),
      cpuTarget: percentage(60).describe(
        'Share of the requested CPU at which proposed autoscalers hold a workload, %.',
      ),
      memoryTarget: percentage(70).describe('The same of memory, %.'),
      podsMetrics: z
        .array(
          z.strictObject({
            name: z.string().regex(/^[A-Za-z_:][A-Za-z0-9_:.-]{0,252}$/, 'must be the name of a metric'),
            averageValue: z
              .string()
              .regex(/^[0-9]{1,15}(\.[0-9]{1,9})?(m|k|M|G)?$/, 'must be a quantity such as 5 or 500m'),
          }),
        )
        .max(10)
        .default([{ name: 'ai_requests_per_second', averageValue: '5' }])
        .describe('Metrics of pods that proposed autoscalers scale by as well, where the cluster serves them.'),
    })
    .prefault({})
    .describe('What the audit of autoscaling goes by.'),
  externalServices: z
    .array(z.strictObject({ name: line().min(1).max(120), url: z.url({ protocol: /^https?$/ }) }))
    .max(50)
    .default([])
    .describe('What `akashic diagnose` asks besides: addresses outside that this installation needs.'),
})

const dayMs = 86_400_000

/** How far back the use of pods is looked at, and how much of that must have been measured, ms: as written, else as much of
 *  what is usual as is kept. */
export function lookedAtHistory({ autoscaling, usage }: Pick<InfraSettings, 'autoscaling' | 'usage'>) {
  const history = Math.min(autoscaling.history ?? 7 * dayMs, usage.keep)
  return { history, leastHistory: Math.min(autoscaling.leastHistory ?? 3 * dayMs, history) }
}

export const infraSection = infraSettings
  .refine(({ autoscaling, usage }) => (autoscaling.history ?? 0) <= usage.keep, {
    path: ['autoscaling', 'history'],
    message: 'must not be longer than infra.usage.keep',
  })
  .refine((infra) => (infra.autoscaling.leastHistory ?? 0) <= lookedAtHistory(infra).history, {
    path: ['autoscaling', 'leastHistory'],
    message: 'must not be longer than history: nothing would ever be judged',
  })

export type ClusterSpec = z.output<typeof clusterSchema>
export type InfraSettings = z.output<typeof infraSettings>

import { pageOf } from '@akashic/shared/http'
import { z } from 'zod'

const instant = z.iso.datetime()
export const referenceSchema = z
  .object({ kind: z.string(), namespace: z.string().describe('Empty where it has none.'), name: z.string() })
  .meta({ id: 'ObjectReference' })

const evidenceSchema = z
  .object({
    kind: z.enum(['field', 'event', 'log', 'absence', 'metric', 'change']),
    object: referenceSchema,
    where: z.string().describe('Path of the field, reason of the event, or container of the log line.'),
    quote: z.string().describe('As it was read.'),
    at: instant.nullable(),
  })
  .meta({ id: 'Evidence' })

const remedySchema = z
  .object({
    title: z.string(),
    command: z.string().nullable().describe('To be pasted.'),
    changes: z.string().describe('What it changes; `nothing` for commands that only look.'),
    undo: z.string().nullable(),
    isDestructive: z.boolean(),
  })
  .meta({ id: 'Remedy' })

const severity = z.enum(['critical', 'warning', 'info'])

export const findingSchema = z
  .object({
    id: z.string().describe('The same for the same trouble of the same object.'),
    cluster: z.string(),
    rule: z.string().describe('What was found, such as `pod-image-pull`.'),
    severity,
    state: z.enum(['open', 'resolved']),
    object: referenceSchema,
    part: z.string().describe('Such as the container; empty where there is one trouble only.'),
    reason: z.string().describe('The Kubernetes reason.'),
    summary: z.string(),
    evidence: z.array(evidenceSchema),
    remedies: z.array(remedySchema).describe('In the order in which to try them.'),
    affected: z.array(referenceSchema).describe('The first few pods that suffer.'),
    affectedCount: z.int(),
    since: instant.nullable(),
    firstSeenAt: instant,
    lastSeenAt: instant,
    resolvedAt: instant.nullable(),
    mutedUntil: instant.nullable(),
    mutedBy: z.string().nullable(),
    muteReason: z.string().nullable(),
  })
  .meta({ id: 'Finding' })

const causeSchema = z
  .object({
    rank: z.int(),
    trouble: z.int().describe('Which of the independent troubles it belongs to, from 1.'),
    object: referenceSchema.describe('What must be changed.'),
    because: z.string(),
    isEstablished: z.boolean().describe('False for what only fits.'),
    score: z.number(),
    points: z
      .array(z.object({ rule: z.string(), points: z.number(), says: z.string() }))
      .describe('What the score is made of.'),
    evidence: z.array(evidenceSchema),
    chain: z.array(z.object({ object: referenceSchema, says: z.string() })).describe('From the cause to what suffers.'),
    explains: z.array(z.string()).describe('Ids of findings.'),
    remedies: z.array(remedySchema),
  })
  .meta({ id: 'Cause' })

const resultSchema = z
  .object({
    cluster: z.string(),
    scope: z.object({ kind: z.enum(['cluster', 'namespace', 'workload', 'component']) }).loose(),
    at: instant.describe('The time of what was looked at.'),
    verdict: z.enum(['cause_established', 'none_established', 'nothing_wrong', 'unknown']),
    summary: z.string(),
    causes: z.array(causeSchema).describe('The likeliest first.'),
    symptoms: z.array(
      z.object({
        findingId: z.string(),
        trouble: z.int(),
        rule: z.string(),
        severity,
        object: referenceSchema,
        reason: z.string(),
        summary: z.string(),
        since: instant.nullable(),
        isExplained: z.boolean(),
      }),
    ),
    ruledOut: z.array(z.object({ object: referenceSchema, hypothesis: z.string(), observation: z.string() })),
    unseen: z.array(z.object({ what: z.string(), reason: z.string() })).describe('What the answer had to do without.'),
    nextStep: remedySchema.nullable(),
    runbooks: z.array(z.object({ id: z.string(), title: z.string(), because: z.string() })).default([]),
  })
  .meta({ id: 'DiagnosisResult' })

export const diagnosisSchema = z
  .object({
    id: z.string(),
    url: z.string(),
    cluster: z.string(),
    state: z.enum(['running', 'succeeded', 'failed', 'cancelled']),
    progress: z
      .enum(['looking', 'reading_logs', 'explaining', 'done'])
      .describe('The step that runs, or that it ended in.'),
    scope: z.object({ kind: z.string() }).loose(),
    result: resultSchema.nullable().describe('Null until it has succeeded, and in lists.'),
    problem: z.string().nullable(),
    incidentId: z.string().nullable().describe('The incident that it was made for by itself.'),
    createdAt: instant,
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'Diagnosis' })

const useSchema = z
  .object({
    used: z.number().nullable(),
    allocatable: z.number().nullable(),
    ratio: z.number().nullable(),
    status: z.enum(['ok', 'warning', 'critical', 'unknown']),
  })
  .meta({ id: 'ResourceUse' })

const health = z.enum(['healthy', 'warning', 'critical', 'unknown'])

export const nodesSchema = z
  .object({
    cluster: z.string(),
    generatedAt: instant,
    clusterHealth: health,
    nodeReports: z.array(
      z.object({
        nodeName: z.string(),
        status: health,
        resourceUsage: z.object({ cpu: useSchema.describe('Cores.'), memory: useSchema.describe('Bytes.') }),
        nodeConditions: z.array(
          z.object({ type: z.string(), status: z.string(), reason: z.string(), message: z.string() }),
        ),
        podCount: z.int(),
        diskUsage: useSchema.describe('Bytes.'),
        issues: z.array(
          z.object({
            type: z.string(),
            severity: z.enum(['critical', 'warning']),
            description: z.string(),
            impact: z.string(),
          }),
        ),
        recommendations: z.array(z.string()),
        unknown: z.array(z.string()).describe('Why something of it was not measured.'),
      }),
    ),
    recommendedActions: z.array(z.string()),
  })
  .meta({ id: 'NodeDiagnosisReport' })

const storageStatus = z.enum(['healthy', 'info', 'warning', 'critical', 'unknown'])

export const storageSchema = z
  .object({
    cluster: z.string(),
    generatedAt: instant,
    status: storageStatus,
    classes: z.array(
      z.object({
        name: z.string(),
        isDefault: z.boolean(),
        provisioner: z.string(),
        bindingMode: z.enum(['Immediate', 'WaitForFirstConsumer']),
        reclaimPolicy: z.string(),
        isExpandable: z.boolean(),
      }),
    ),
    claims: z
      .array(
        z.object({
          namespace: z.string(),
          name: z.string(),
          status: storageStatus,
          phase: z.string(),
          storageClass: z.string().nullable().describe('Null where the claim leaves it to the default.'),
          size: z.string().describe('What it has, or asks for while it has nothing.'),
          volume: z.string().nullable(),
          accessModes: z.array(z.string()),
          usedBy: z.array(referenceSchema),
          use: z
            .object({ used: z.number(), capacity: z.number(), ratio: z.number() })
            .nullable()
            .describe('Bytes; null where no kubelet measured it.'),
          says: z.string().describe('Why it is as it is, such as why it is pending.'),
        }),
      )
      .describe('Worst first, at most 1000.'),
    claimCount: z.int(),
    volumes: z
      .array(
        z.object({
          name: z.string(),
          status: storageStatus,
          phase: z.string(),
          storageClass: z.string(),
          size: z.string(),
          reclaimPolicy: z.string(),
          accessModes: z.array(z.string()),
          claim: referenceSchema.nullable(),
          says: z.string(),
        }),
      )
      .describe('Worst first, at most 1000.'),
    volumeCount: z.int(),
    findings: z.array(
      findingSchema.pick({
        ...{ id: true, rule: true, severity: true, object: true, part: true, reason: true, summary: true },
        ...{ evidence: true, remedies: true, since: true },
      }),
    ),
    unknown: z.array(z.object({ what: z.string(), reason: z.string() })).describe('What could not be seen.'),
  })
  .meta({ id: 'StorageReport' })

export const lookupSchema = z
  .object({
    ...{ cluster: z.string(), namespace: z.string(), name: z.string() },
    verdict: z
      .enum(['resolves', 'empty', 'not_found', 'failing', 'unknown'])
      .describe('`failing`: it should have an answer, and the name service gives none.'),
    says: z.string(),
    tried: z
      .array(
        z.object({
          name: z.string().describe('Absolute.'),
          state: z.enum(['found', 'empty', 'absent', 'outside', 'unknown']),
          says: z.string(),
          object: referenceSchema.nullable(),
          addresses: z.array(z.string()),
          aliasOf: z.string().nullable(),
        }),
      )
      .describe("What the cluster's objects say of each name that a pod tries, up to the one that decides."),
    servers: z.object({
      status: z.enum(['healthy', 'degraded', 'down', 'unknown']),
      says: z.string(),
      service: referenceSchema.nullable(),
      address: z.string().nullable(),
      pods: z.array(z.object({ name: z.string(), isReady: z.boolean() })),
      errors: z.array(z.object({ pod: z.string(), line: z.string() })).describe('Logged in the last 15 minutes.'),
      unread: z.array(z.string()).describe('Pods whose log could not be read.'),
    }),
    observed: z
      .object({
        status: z.enum(['resolves', 'not_found', 'empty', 'failing', 'unknown']),
        says: z.string(),
        name: z.string().nullable(),
        addresses: z.array(z.string()),
      })
      .describe('What the name service answers when it is asked from here; `unknown` where it cannot be.'),
  })
  .meta({ id: 'NameLookup' })

export const reachabilitySchema = z
  .object({
    verdict: z.enum(['allowed', 'denied', 'partly', 'no_route', 'unknown']),
    says: z.string(),
    steps: z.array(z.object({ object: referenceSchema, says: z.string(), isAllowed: z.boolean().nullable() })),
    denies: z.array(referenceSchema).describe('Policies that restrict and do not allow it.'),
  })
  .meta({ id: 'Reachability' })

export const changeSchema = z
  .object({
    id: z.string(),
    cluster: z.string(),
    at: instant,
    kind: z.string(),
    object: referenceSchema,
    by: z.string().describe('The field manager that wrote it.'),
    summary: z.string(),
    fields: z.array(z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
  })
  .meta({ id: 'InfraChange' })

export const clusterSchema = z
  .object({
    name: z.string(),
    state: z.enum(['fresh', 'stale', 'reading']),
    nodes: z.int(),
    pods: z.int(),
    eventsDropped: z.int(),
    problems: z.array(
      z.object({ kind: z.string(), state: z.string(), reason: z.string(), missingPermission: z.string().nullable() }),
    ),
  })
  .meta({ id: 'InfraCluster' })

export const workloadSchema = referenceSchema
  .extend({
    status: z
      .enum(['critical', 'warning', 'unknown', 'progressing', 'healthy', 'idle'])
      .describe('`progressing`: not all is ready yet and nothing is wrong; `idle`: nothing of it is to run now.'),
    wanted: z.int(),
    ready: z.int(),
    updated: z.int().nullable().describe('Of the newest template; null where there are no revisions.'),
    images: z.array(z.string()),
    revision: z.string(),
    createdAt: instant.nullable(),
    worst: z
      .object({ rule: z.string(), severity, reason: z.string(), summary: z.string() })
      .nullable()
      .describe('The worst that was found wrong with it.'),
    findings: z.int(),
  })
  .meta({ id: 'WorkloadSummary' })

export const workloadPageSchema = pageOf(workloadSchema).extend({
  unseen: z.array(z.object({ what: z.string(), reason: z.string() })).describe('Kinds that could not be read.'),
})

const sectionStatus = z.enum(['healthy', 'problems', 'unknown'])

export const quickSchema = z
  .object({
    generatedAt: instant,
    status: sectionStatus,
    sections: z.array(
      z.object({
        name: z.enum(['cluster', 'application', 'database', 'recentErrors', 'externalServices']),
        status: sectionStatus,
        says: z.string(),
        items: z.array(z.object({ name: z.string(), status: sectionStatus, says: z.string() })),
        tookMs: z.number(),
      }),
    ),
  })
  .meta({ id: 'QuickDiagnosis' })

const fieldsSchema = z.array(
  z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
)

export const rolloutSchema = z
  .object({
    workload: referenceSchema,
    state: z.enum(['complete', 'progressing', 'stuck', 'paused', 'scaled_down']),
    says: z.string(),
    wanted: z.int(),
    updated: z.int(),
    ready: z.int(),
    available: z.int(),
    revisions: z
      .array(
        z.object({
          revision: z.int(),
          replicaSet: z.string(),
          createdAt: instant.nullable(),
          images: z.array(z.string()),
          ready: z.int(),
          wanted: z.int(),
          isCurrent: z.boolean(),
          changeCause: z.string(),
          changes: fieldsSchema.describe('Against the revision before; secrets are hidden.'),
        }),
      )
      .describe('Of a Deployment, the newest first.'),
    why: z.array(z.string()).describe('What is wrong with it, in words.'),
    pulls: z
      .array(
        z.object({
          container: z.string(),
          image: z.string(),
          cause: z.enum(['name', 'tag', 'name_or_tag', 'auth', 'network', 'rate_limit', 'pull_policy', 'unknown']),
          says: z.string(),
        }),
      )
      .describe('The images that cannot be had, with why.'),
    managers: z.array(z.object({ kind: z.string(), name: z.string(), namespace: z.string(), says: z.string() })),
    rollback: z
      .object({
        ...remedySchema.shape,
        toRevision: z.int(),
        through: z.enum(['kubectl', 'helm', 'argocd', 'flux', 'operator']),
        warnings: z.array(z.string()),
      })
      .nullable()
      .describe('The rollback that would help, as a proposal.'),
  })
  .meta({ id: 'Rollout' })

export const releaseSchema = z
  .object({
    namespace: z.string(),
    name: z.string(),
    keptIn: z.enum(['Secret', 'ConfigMap']).describe('Where Helm keeps it.'),
    revision: z.int(),
    status: z.string(),
    updatedAt: instant.nullable(),
    revisions: z.int(),
  })
  .meta({ id: 'HelmRelease' })

export const unreadSchema = z.object({ namespace: z.string(), reason: z.string() })

export const releaseReportSchema = z
  .object({
    namespace: z.string(),
    name: z.string(),
    revision: z.int(),
    status: z.string(),
    chart: z.string(),
    appVersion: z.string(),
    description: z.string(),
    firstDeployedAt: instant.nullable(),
    lastDeployedAt: instant.nullable(),
    history: z.array(
      z.object({
        revision: z.int(),
        status: z.string(),
        updatedAt: instant.nullable(),
        chart: z.string(),
        appVersion: z.string(),
        description: z.string(),
      }),
    ),
    values: z.unknown().describe('As they were given, secrets hidden.'),
    hooks: z.array(
      z.object({
        name: z.string(),
        kind: z.string(),
        events: z.array(z.string()),
        phase: z.string(),
        startedAt: instant.nullable(),
        completedAt: instant.nullable(),
      }),
    ),
    objects: z
      .array(
        z.object({
          object: referenceSchema,
          state: z.enum(['same', 'drifted', 'missing', 'unknown']),
          fields: fieldsSchema,
          reason: z.string(),
        }),
      )
      .describe('What the release names, and whether the cluster has it so.'),
  })
  .meta({ id: 'HelmReleaseReport' })

export const runbookSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    rules: z.array(z.string()).describe('Findings that it is for.'),
    logs: z.array(z.string()).describe('Words of logs and events that it is for.'),
    body: z.string().describe('Markdown.'),
  })
  .meta({ id: 'Runbook' })

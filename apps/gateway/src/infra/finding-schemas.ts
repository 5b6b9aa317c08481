import { z } from 'zod'

const instant = z.iso.datetime()

export const referenceSchema = z
  .object({ kind: z.string(), namespace: z.string().describe('Empty where it has none.'), name: z.string() })
  .meta({ id: 'ObjectReference' })

export const evidenceSchema = z
  .object({
    kind: z.enum(['field', 'event', 'log', 'absence', 'metric', 'change']),
    object: referenceSchema,
    where: z.string().describe('Path of the field, reason of the event, or container of the log line.'),
    quote: z.string().describe('As it was read.'),
    at: instant.nullable(),
  })
  .meta({ id: 'Evidence' })

export const remedySchema = z
  .object({
    title: z.string(),
    command: z.string().nullable().describe('To be pasted.'),
    changes: z.string().describe('What it changes; `nothing` for commands that only look.'),
    undo: z.string().nullable(),
    isDestructive: z.boolean(),
  })
  .meta({ id: 'Remedy' })

export const severity = z.enum(['critical', 'warning', 'info'])

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

export const runbookSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    rules: z.array(z.string()).describe('Findings that it is for.'),
    logs: z.array(z.string()).describe('Words of logs and events that it is for.'),
    body: z.string().describe('Markdown.'),
  })
  .meta({ id: 'Runbook' })

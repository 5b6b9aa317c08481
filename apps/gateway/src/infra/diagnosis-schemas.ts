import { z } from 'zod'
import { evidenceSchema, referenceSchema, remedySchema, severity } from './finding-schemas.ts'

const instant = z.iso.datetime()

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
    since: instant.nullable().default(null).describe('What was asked for: only what came since then counts.'),
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

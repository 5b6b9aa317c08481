import { line } from '@akashic/config'
import { aiNames, failureClassToProto } from '@akashic/proto'
import { operatorRoute } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { aiPath, aiTag } from './ai-client.ts'
import type { AiClient } from './ai-client.ts'
import { qualityReport, qualityReportSchema } from './quality-resource.ts'

const provider = line().max(63)
const model = line().max(200)

export function qualityRoutes(client: AiClient): Route[] {
  return [reportRoute(client), responseRoute(client), feedbackRoute(client)]
}

function reportRoute(client: AiClient): Route {
  return operatorRoute({
    method: 'GET',
    path: `${aiPath}/quality`,
    tag: aiTag,
    summary: 'How good the newest answers of the AI providers are',
    description: 'Scores are 0 to 1. What was not measured is null, never 0.',
    role: 'viewer',
    query: z.strictObject({
      window: z.coerce.number().int().min(1).max(1_000).default(100).describe('Newest so many answers, 1 to 1,000.'),
      provider: provider.default('').describe('Only answers of this provider.'),
      model: model.default('').describe('Only answers of this model.'),
    }),
    answers: { 200: { description: 'The report.', schema: qualityReportSchema } },
    serve: async (request) => ({ body: qualityReport(await client.getQuality(request.query, callOptions(request))) }),
  })
}

function responseRoute(client: AiClient): Route {
  return operatorRoute({
    method: 'POST',
    path: `${aiPath}/responses`,
    tag: aiTag,
    summary: 'Have an answer judged that did not come through the proxy',
    description: 'The text is judged and not kept.',
    role: 'operator',
    body: z.strictObject({
      provider: provider.min(1),
      model: model.min(1),
      prompt: z.string().default('').describe('What the user said last.'),
      content: z.string().describe('The answer.'),
      finishReason: line().max(63).default(''),
      format: z.enum(['text', 'json']).default('text').describe('What was asked for.'),
      requiredFields: z.array(z.string().min(1).max(200)).max(200).default([]).describe('Of a JSON object.'),
      hasTokenLimit: z.boolean().default(false).describe('The caller bounded the length of the answer.'),
      error: z.enum(aiNames.failureClasses).optional().describe('It was no answer but this failure.'),
    }),
    answers: { 202: { description: 'Its id, for feedback.', schema: z.object({ id: z.string() }) } },
    serve: async (request) => {
      const { error = null, ...response } = request.body
      const { id } = await client.addResponse({ ...response, error: failureClassToProto(error) }, callOptions(request))
      return { status: 202, body: { id } }
    },
  })
}

const ratings = { up: 1, down: 0 } as const

function feedbackRoute(client: AiClient): Route {
  return operatorRoute({
    method: 'POST',
    path: `${aiPath}/feedback`,
    tag: aiTag,
    summary: 'Say what a person thinks of an answer',
    role: 'operator',
    body: z.strictObject({
      responseId: z.string().min(1).max(64),
      rating: z
        .union([z.number().min(0).max(1), z.enum(['up', 'down'])], 'must be 0 to 1, `up` or `down`')
        .describe('0 to 1; `up` is 1, `down` is 0.'),
    }),
    answers: { 204: { description: 'It was taken.' } },
    serve: async (request) => {
      const { responseId, rating } = request.body
      const value = typeof rating === 'number' ? rating : ratings[rating]
      await client.addFeedback({ responseId, rating: value }, callOptions(request))
      return { status: 204 }
    },
  })
}

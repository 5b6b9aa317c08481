import { z } from 'zod'
import { defineEvents } from './event-definition.ts'
import { aiTopic } from './topics.ts'

const instant = z.iso.datetime().describe('UTC, ISO-8601 with milliseconds.')
const provider = z.string().describe('Name of the provider.')
const model = z.string().describe('Model, as the provider knows it.')
const health = z.enum(['healthy', 'degraded', 'failed', 'unknown'])
const circuitState = z.enum(['closed', 'open', 'half_open'])
const failureClass = z
  .enum([
    'rate_limit_exceeded',
    'quota_exhausted',
    'bad_credentials',
    'model_unavailable',
    'invalid_request',
    'api_connection_failed',
    'overloaded',
    'invalid_response',
  ])
  .describe('What kind of failure it was.')

/** Events about AI providers, by their names. No event holds a prompt, an answer or a key. */
export const aiEvents = defineEvents(
  { name: 'ai', topic: aiTopic, source: '/ai-health' },
  {
    health_changed: z
      .object({
        provider,
        status: health.describe('How it is now.'),
        oldStatus: health,
        problem: failureClass.optional().describe('What is wrong, where that is known.'),
        message: z.string().describe('One sentence, for operators.'),
        at: instant,
      })
      .describe('A provider is healthier or less healthy than before.'),
    circuit_changed: z
      .object({
        provider,
        model,
        status: circuitState.describe('closed: it is asked; open: it is left alone; half_open: one request tries it.'),
        oldStatus: circuitState,
        reason: z.string().describe('Class of the failures, or `quality`; of what closes it, `recovered`.'),
        failures: z.int().describe('Failures counted within the window.'),
        nextTrialAt: instant.optional().describe('When one request may try it again.'),
        at: instant,
      })
      .describe('The circuit of a model opened, is tried, or closed.'),
    failover: z
      .object({
        model: z.string().describe('Model that callers ask for.'),
        status: z.enum(['switched', 'returned']).describe('Away from the first choice, or back to it.'),
        from: z.string().describe('Provider and model that were first choice, as `openai/gpt-4o`.'),
        to: z.string().describe('Those that are now.'),
        reason: z.string().describe('As in circuit_changed.'),
        at: instant,
      })
      .describe('Requests for a model go elsewhere than before.'),
    quality_alert: z
      .object({
        provider,
        model,
        status: z.enum(['firing', 'resolved']),
        signal: z
          .string()
          .describe(
            'What got worse: `coherence`, `relevance`, `order` or the name of a detector; or what the newest hundred passed: `low_coherence`, `high_error_rate`.',
          ),
        afterResponses: z.int().describe('Responses since the change is thought to have begun.'),
        at: instant,
      })
      .describe('The answers of a model got worse, or are good again.'),
    request_completed: z
      .object({
        id: z.string().describe('Id of the request.'),
        status: z.enum(['succeeded', 'failed', 'uncertain', 'expired']).describe('How it ended.'),
        provider: provider.optional(),
        model: model.optional(),
        attempts: z.int().describe('Attempts made in all.'),
        error: failureClass.optional(),
        at: instant,
      })
      .describe('A queued request is done. Its result is read over REST.'),
  },
)

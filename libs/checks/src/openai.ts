import { operational } from './check.ts'
import type { CheckKind, Judgement } from './check.ts'
import { failed } from './failure.ts'
import { sendHttp } from './http-request.ts'
import { bareHost, withoutCredentials } from './url.ts'

/** Asks an OpenAI-compatible API for its list of models, which costs nothing. */
export const openaiKind: CheckKind<'openai'> = {
  kind: 'openai',
  host: (spec) => bareHost(new URL(spec.baseUrl)),
  describe: (spec) => withoutCredentials(spec.baseUrl),
  async run(spec, attempt) {
    const headers: Record<string, string> = spec.apiKey === '' ? {} : { authorization: `Bearer ${spec.apiKey}` }
    const url = new URL(`${spec.baseUrl.replace(/\/$/, '')}/models`)
    const answer = await sendHttp(
      { url, method: 'GET', headers, body: undefined, keepBody: true, verify: true },
      attempt,
    )
    return judgeStatus(answer.status, answer.body) ?? judgeModels(answer.body, spec.model)
  },
}

const shownBody = 300

/** A refusal of ours (credentials, limits) comes from an API that is up: degraded. */
function judgeStatus(status: number, body: string): Judgement | undefined {
  if (status === 200) return undefined
  const detail = `status ${status}: ${body.slice(0, shownBody)}`
  if (status === 401 || status === 403) return failed('degraded', 'credentials', 'credentials refused', detail)
  if (status === 429) return failed('degraded', 'limited', 'rate or quota limit reached', detail)
  return failed(status >= 500 ? 'outage' : 'degraded', 'status', `answered with status ${status}`, detail)
}

function judgeModels(body: string, model: string | undefined): Judgement {
  const models = modelIds(body)
  if (!models) return failed('degraded', 'answer', 'unexpected answer', 'the answer is no list of models')
  if (model === undefined || models.includes(model)) return operational
  return failed('degraded', 'answer', 'model not available', `${model} is not among ${models.length} models`)
}

function modelIds(body: string): string[] | undefined {
  try {
    const { data } = JSON.parse(body) as { data: { id: string }[] }
    return data.map(({ id }) => id)
  } catch {
    return undefined
  }
}

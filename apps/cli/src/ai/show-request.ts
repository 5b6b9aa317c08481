import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import { tableLines } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/text-width.ts'
import { instantInWords, inWords } from '../terminal/words.ts'
import { problemText } from './faces.ts'
import { requestsPath, stateFace, type QueuedRequest } from './queued-request.ts'

interface RequestWithResult extends QueuedRequest {
  /** Null until there is one. */
  readonly result: unknown
}

/** Shows a queued request with its result. */
export async function showRequest(
  { terminal, env, dataDir, clock }: Session,
  id: string,
  options: { readonly json?: true },
): Promise<number> {
  const api = await openApi(env, dataDir)
  const request = await api.call<RequestWithResult>({
    path: `${requestsPath}/${encodeURIComponent(id)}`,
    trying: `Looking for the request ${id}`,
  })
  if (options.json) terminal.print(JSON.stringify(request, null, 2))
  else for (const line of requestLines(request, terminal, clock.now())) terminal.print(line)
  return exitCodes.ok
}

function requestLines(request: RequestWithResult, { paint, columns }: Terminal, nowMs: number): string[] {
  const { state, model, endpoint, key, attempts, provider, answeredModel, lastProblem } = request
  const face = stateFace(state, paint)
  const rows = [
    ['endpoint', endpoint],
    ['key', key],
    ['attempts', `${attempts}${provider === null ? '' : `, the last at ${provider}/${answeredModel ?? model}`}`],
    ['made', whenText(request.createdAt, nowMs)],
    ['next attempt', whenText(request.nextAttemptAt, nowMs)],
    ['completed', whenText(request.completedAt, nowMs)],
    ['deleted', whenText(request.expiresAt, nowMs)],
  ].filter(([, value]) => value !== '')
  return [
    `${face.paint(paint.bold(face.text))}  ${paint.bold(printable(model))}`,
    ...(state === 'uncertain' ? [paint.orange('  whether an attempt was answered is not known')] : []),
    ...(lastProblem === null || state === 'succeeded'
      ? []
      : paragraphLines(problemText(lastProblem), columns, '  ').map(paint.orange)),
    ...tableLines([{}, { isFlexible: true }], rows, columns, '  '),
    ...resultLines(request, columns),
  ]
}

/** `14:02 UTC (3 min ago)`; empty where there is no such time. */
function whenText(at: string | null, nowMs: number): string {
  if (at === null) return ''
  const atMs = Date.parse(at)
  const distance = atMs > nowMs ? `in ${inWords(atMs - nowMs)}` : `${inWords(nowMs - atMs)} ago`
  return `${instantInWords(atMs, nowMs)} (${distance})`
}

/** What was said, where the result is of a chat; else the result as it is. */
function resultLines({ result }: RequestWithResult, columns: number): string[] {
  if (result === null) return []
  const said = contentOf(result)
  if (said !== null) return ['', 'Result:', ...paragraphLines(said, columns, '  ')]
  return [
    '',
    'Result:',
    ...JSON.stringify(result, null, 2)
      .split('\n')
      .map((line) => `  ${printable(line)}`),
  ]
}

function contentOf(result: unknown): string | null {
  const { choices } = result as { choices?: unknown }
  const first = (Array.isArray(choices) ? choices[0] : null) as { message?: { content?: unknown } } | null
  const content = first?.message?.content
  return typeof content === 'string' && content !== '' ? content : null
}

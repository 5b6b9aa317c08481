import { json, startFaultyServer } from '../webhook-sink/faulty-server.ts'
import type { Answer, Call, Fault, FaultyServer } from '../webhook-sink/faulty-server.ts'
import { Conversation } from './messages.ts'
import type { Posted, SlackMessage } from './messages.ts'

export interface FakeSlack extends Omit<FaultyServer, 'failNext'> {
  /** Address of the Web API, without a slash at the end. */
  readonly url: string
  readonly token: string
  /** An incoming webhook, which writes to the first channel; the address is a secret. */
  readonly webhookUrl: string
  /** Messages of a channel by its id or name, or of a talk with a user by the user's id, oldest first. */
  messages(channel: string): readonly SlackMessage[]
  /** The next `times` calls go wrong; `{ error }` answers `ok: false`. */
  failNext(times: number, fault: Fault | { readonly error: string }): void
  archive(channel: string): void
  /** Takes back `channels:history`, as when the app was installed without it. */
  forbidHistory(): void
  /** How often each method was called. */
  calls(method: string): number
}

interface Options {
  /** Ids by name. */
  readonly channels?: Readonly<Record<string, string>>
}

interface Workspace {
  readonly names: Readonly<Record<string, string>>
  readonly conversations: Map<string, Conversation>
  readonly archived: Set<string>
  canReadHistory: boolean
}

const token = 'xoxb-90817263-5544332211-fAkEbOtToKeN'
const hookPath = '/services/T0AKASHIC/B0AKASHIC/q9WlRk2mXv7TzYp4'

/** The part of the Web API that posts and reads messages, and an incoming webhook. */
export async function startSlack({ channels = { ops: 'C0000000001' } }: Options = {}): Promise<FakeSlack> {
  const calls: string[] = []
  const workspace: Workspace = {
    names: channels,
    conversations: new Map(Object.values(channels).map((id) => [id, new Conversation(id)])),
    archived: new Set(),
    canReadHistory: true,
  }
  const take = (call: Call): Answer => {
    if (call.path === hookPath) return takeWebhook(workspace, call)
    const method = call.path.replace(/^\/api\//, '')
    calls.push(method)
    const error = tokenError(call)
    return error === undefined ? answer(workspace, method, call) : refused(error)
  }
  const rateLimited = json(429, { ok: false, error: 'ratelimited' })
  const server = await startFaultyServer({ take, rateLimited })
  return {
    ...server,
    url: `${server.url}/api`,
    token,
    webhookUrl: `${server.url}${hookPath}`,
    messages: (channel) => find(workspace, channel)?.messages ?? [],
    failNext(times, fault) {
      server.failNext(times, typeof fault === 'object' && 'error' in fault ? refused(fault.error) : fault)
    },
    archive: (channel) => void workspace.archived.add(find(workspace, channel)?.id ?? ''),
    forbidHistory: () => void (workspace.canReadHistory = false),
    calls: (method) => calls.filter((each) => each === method).length,
  }
}

function answer(workspace: Workspace, method: string, call: Call): Answer {
  switch (method) {
    case 'chat.postMessage':
      return post(workspace, call)
    case 'conversations.history':
    case 'conversations.replies':
      return read(workspace, method, call.query)
    default:
      return refused('unknown_method')
  }
}

function post(workspace: Workspace, call: Call): Answer {
  const asked: (Posted & { channel?: string }) | undefined = parsed(call.body)
  if (!asked) return refused('invalid_json')
  const conversation = find(workspace, asked.channel ?? '')
  if (!conversation) return refused('channel_not_found')
  if (workspace.archived.has(conversation.id)) return refused('is_archived')
  const message = conversation.post(asked)
  if (typeof message === 'string') return refused(message)
  return json(200, { ok: true, channel: conversation.id, ts: message.ts, message })
}

/** Reads by id alone, as the real one: a name is no channel to it. */
function read(workspace: Workspace, method: string, query: URLSearchParams): Answer {
  if (!workspace.canReadHistory) return refused('missing_scope', { needed: 'channels:history', provided: 'chat:write' })
  const conversation = workspace.conversations.get(query.get('channel') ?? '')
  if (!conversation) return refused('channel_not_found')
  const oldest = Number(query.get('oldest') ?? 0)
  const found =
    method === 'conversations.history'
      ? conversation.history(oldest)
      : conversation.replies(query.get('ts') ?? '', oldest)
  if (!found) return refused('thread_not_found')
  const limit = Number(query.get('limit') ?? 100)
  const withMetadata = query.get('include_all_metadata') === 'true'
  const messages = found.slice(0, limit).map(({ metadata, ...each }) => (withMetadata ? { ...each, metadata } : each))
  return json(200, { ok: true, messages, has_more: found.length > limit })
}

function takeWebhook(workspace: Workspace, call: Call): Answer {
  const asked = parsed(call.body)
  const [first] = workspace.conversations.values()
  if (!asked || !first) return { status: 400, body: 'invalid_payload' }
  if (workspace.archived.has(first.id)) return { status: 410, body: 'channel_is_archived' }
  const message = first.post({ ...(asked as Posted), thread_ts: undefined, metadata: undefined })
  return typeof message === 'string' ? { status: 400, body: message } : { status: 200, body: 'ok' }
}

/** A user is written to in a conversation of the two, which begins with the first message. */
function find({ names, conversations }: Workspace, place: string): Conversation | undefined {
  const id = place.startsWith('U') ? `D${place.slice(1)}` : (names[place.replace(/^#/, '')] ?? place)
  if (place.startsWith('U') && !conversations.has(id)) conversations.set(id, new Conversation(id))
  return conversations.get(id)
}

function tokenError({ headers }: Call): string | undefined {
  if (headers.authorization === undefined) return 'not_authed'
  return headers.authorization === `Bearer ${token}` ? undefined : 'invalid_auth'
}

/** The Web API says what it refuses by an answer of status 200. */
function refused(error: string, more: object = {}): Answer {
  return json(200, { ok: false, error, ...more })
}

function parsed(body: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(body) as Record<string, unknown>
  } catch {
    return undefined
  }
}

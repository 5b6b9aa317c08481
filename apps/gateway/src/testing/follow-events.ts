import type { StartedGateway } from './start-gateway.ts'

export interface EventMessage {
  /** The last id until then. */
  readonly id: string
  readonly event: string
  readonly data: { readonly id: string; readonly subject: string; readonly data: Record<string, unknown> }
}

export interface FollowOptions {
  readonly key?: string
  readonly lastEventId?: string
}

/** Reads /api/v1/events as a browser does, until `signal` aborts or `close`. */
export async function followEvents(
  gateway: StartedGateway,
  signal: AbortSignal,
  query = '',
  { key = gateway.adminKey, lastEventId = '' }: FollowOptions = {},
) {
  const ending = new AbortController()
  const response = await fetch(`${gateway.apiUrl}/api/v1/events${query}`, {
    headers: { authorization: `Bearer ${key}`, ...(lastEventId && { 'last-event-id': lastEventId }) },
    signal: AbortSignal.any([signal, ending.signal]),
  })
  const messages: EventMessage[] = []
  let lastId = ''
  let farewell: unknown
  let isEnded = false
  const take = (block: string): void => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? ''
    lastId = field('id') || lastId
    if (!field('data')) return
    const data = JSON.parse(field('data')) as never
    if (field('event') === 'end') farewell = data
    else messages.push({ id: lastId, event: field('event'), data })
  }
  const read = async (): Promise<void> => {
    let rest = ''
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + chunk).split('\n\n')
      rest = blocks.pop()!
      blocks.forEach(take)
    }
  }
  if (response.status === 200)
    void read()
      .catch(() => undefined)
      .finally(() => (isEnded = true))
  return {
    status: response.status,
    response,
    messages,
    isEnded: () => isEnded,
    /** What it was told last, when the gateway ended it. */
    farewell: () => farewell,
    lastId: () => lastId,
    subjects: () => messages.map(({ data }) => data.subject),
    close: () => ending.abort(),
  }
}

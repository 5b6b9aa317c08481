export interface StreamEvent {
  readonly id: string | undefined
  readonly event: string
  // What a test reads from an event is checked by the test itself.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data: any
}

export interface StreamReader {
  /** Everything received, as it came. */
  raw(): string
  readonly events: readonly StreamEvent[]
  /** What the stream has said of a component last. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  component(id: string): any
  close(): void
}

/** Reads server-sent events as a browser does. */
export async function readStream(url: string, headers: Record<string, string> = {}): Promise<StreamReader> {
  const ended = new AbortController()
  const response = await fetch(url, { headers, signal: ended.signal })
  if (response.status !== 200 || !response.body) throw new Error(`the stream was answered ${response.status}`)
  const events: StreamEvent[] = []
  let raw = ''
  let parsedTo = 0
  const take = (text: string): void => {
    raw += text
    for (let end = raw.indexOf('\n\n', parsedTo); end >= 0; end = raw.indexOf('\n\n', parsedTo)) {
      events.push(parsed(raw.slice(parsedTo, end)))
      parsedTo = end + 2
    }
  }
  const reading = (async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) take(chunk)
  })()
  reading.catch(() => undefined)
  return {
    raw: () => raw,
    events,
    component: (id) =>
      events.flatMap(({ data }) => data.components ?? []).findLast((component: { id: string }) => component.id === id),
    close: () => ended.abort(),
  }
}

function parsed(block: string): StreamEvent {
  const fields = new Map(
    block.split('\n').map((line) => {
      const colon = line.indexOf(': ')
      return [line.slice(0, colon), line.slice(colon + 2)] as const
    }),
  )
  return {
    id: fields.get('id'),
    event: fields.get('event') ?? 'message',
    data: JSON.parse(fields.get('data') ?? '{}') as unknown,
  }
}

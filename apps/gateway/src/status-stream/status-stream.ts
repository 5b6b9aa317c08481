import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock, Timer } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import type { Registry } from 'prom-client'
import { Counter, Gauge } from 'prom-client'
import type { LiveStatus } from '../live-status/live-status.ts'
import type { PublicStatus } from '../public-status/public-view.ts'
import type { StatusDocument } from '../public-status/status-document.ts'
import { createAdmission } from './admission.ts'
import type { AdmissionRules } from './admission.ts'
import { createEventRing } from './event-ring.ts'
import { changeEvent, heartbeatEvent, snapshotEvent } from './stream-event.ts'

const heartbeatMs = 15_000
/** A reader that leaves this much unread, or this many snapshots, is dropped; it resumes when it comes back. */
const unreadBytes = 262_144

const headers = [
  ...['Content-Type', 'text/event-stream; charset=utf-8'],
  ...['Cache-Control', 'no-cache, no-transform'],
  ...['Access-Control-Allow-Origin', '*'],
  ...['X-Accel-Buffering', 'no'],
  ...['X-Content-Type-Options', 'nosniff'],
]

export interface StatusStreamDeps extends AdmissionRules {
  readonly document: StatusDocument
  readonly live: LiveStatus
  readonly clock: Clock
  readonly metrics: Registry
  /** Tells this process' event ids from all others'. */
  readonly epoch: string
}

export interface StatusStream {
  /** Serves `GET /status/stream`: what was missed since Last-Event-ID, or else everything; then each change.
   *  @throws OpsError resource_exhausted when too many are open, unavailable while nothing is known. */
  open(request: IncomingMessage, response: ServerResponse): void
  start(): void
  /** Ends every stream. */
  stop(): void
}

export function createStatusStream(deps: StatusStreamDeps): StatusStream {
  const readers = new Set<ServerResponse>()
  const ring = createEventRing(deps.epoch, { events: 256, bytes: 4_194_304 })
  const admission = createAdmission(deps)
  const dropped = meter(deps.metrics, readers)
  let last: PublicStatus | null = deps.document.view()
  let snapshot: { readonly of: string; readonly bytes: Buffer } | null = null
  let heartbeat: Timer | undefined

  const rest = () => ({
    isStale: deps.live.isStale(),
    ageMs: deps.live.ageMs() ?? 0,
    toldVersion: deps.document.toldVersion(),
  })
  const snapshotBytes = (view: PublicStatus): Buffer => {
    if (snapshot?.of !== ring.lastId()) {
      snapshot = { of: ring.lastId(), bytes: snapshotEvent(ring.lastId(), view, rest()) }
    }
    return snapshot.bytes
  }
  const broadcast = (bytes: Buffer): void => {
    for (const reader of readers) {
      if (reader.writableLength > Math.max(unreadBytes, snapshot?.bytes.length ?? 0)) {
        dropped.inc()
        readers.delete(reader)
        reader.destroy()
      } else reader.write(bytes)
    }
  }
  const change = (): void => {
    const view = deps.document.view()
    if (view === null) return
    const event = changeEvent(ring.nextId(), last ?? view, view, rest())
    last = view
    ring.push(event)
    broadcast(event)
  }
  const beat = (): void => {
    broadcast(heartbeatEvent)
    heartbeat = deps.clock.after(heartbeatMs, beat)
  }
  deps.document.onChange(change)

  return {
    open(request, response) {
      const view = deps.document.view()
      if (view === null) throw new OpsError('unavailable', 'The status is not known yet. Try again in a few seconds.')
      if (request.method === 'HEAD') return void response.writeHead(200, headers).end()
      admission.admit(request, response)
      const since = request.headers['last-event-id']
      const missed = typeof since === 'string' ? ring.after(since) : null
      response.writeHead(200, headers)
      if (missed === null) response.write(snapshotBytes(view))
      else for (const event of missed.length > 0 ? missed : [heartbeatEvent]) response.write(event)
      readers.add(response)
      response.once('close', () => readers.delete(response))
    },
    start() {
      heartbeat = deps.clock.after(heartbeatMs, beat)
    },
    stop() {
      heartbeat?.cancel()
      for (const reader of readers) reader.end()
      readers.clear()
    },
  }
}

function meter(metrics: Registry, readers: ReadonlySet<ServerResponse>): Counter {
  new Gauge({
    name: 'akashic_status_streams',
    help: 'Streams of /status/stream that are open.',
    registers: [metrics],
    collect() {
      this.set(readers.size)
    },
  })
  return new Counter({
    name: 'akashic_status_streams_dropped_total',
    help: 'Streams that were dropped because their reader was too slow.',
    registers: [metrics],
  })
}

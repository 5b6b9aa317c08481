import { statusService } from '@akashic/proto'
import type { ComponentState, ComponentUptime, StatusService, UptimeWindows, WatchStatusResponse } from '@akashic/proto'
import { systemClock } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import { serverStream, unary } from '@akashic/shared/rpc'
import type { RpcCall, RpcServer, UnaryHandler } from '@akashic/shared/rpc'

type Unary<M extends keyof StatusService> = StatusService[M] extends { request: infer Q; response: infer S }
  ? (request: Q, call: RpcCall) => Promise<S>
  : never

export type Scripts = { [M in Exclude<keyof StatusService, 'watchStatus'>]?: Unary<M> }

/** A status service that says what a test tells it to, over the real RPC server. */
export interface ScriptedStatusService {
  /** Answers of the unary methods; those not given are `unimplemented`. */
  scripts: Scripts
  /** Sends a message to everybody who watches, and the last full picture to those who come later. */
  say(message: Partial<WatchStatusResponse>): void
  /** Breaks the streams that are open. */
  hangUp(): void
  watchers(): number
}

export function scriptStatusService(server: RpcServer): ScriptedStatusService {
  const watchers = new Set<{ send: (message: WatchStatusResponse) => void; end: (error: Error) => void }>()
  let last: WatchStatusResponse | null = null
  const service: ScriptedStatusService = {
    scripts: {},
    say(partial) {
      const message = aMessage(partial)
      last = afterMessage(last, message)
      for (const watcher of watchers) watcher.send(message)
    },
    hangUp() {
      for (const watcher of watchers) watcher.end(new OpsError('unavailable', 'hung up'))
    },
    watchers: () => watchers.size,
  }
  const scripted = (name: keyof Scripts): UnaryHandler =>
    unary(async (request: never, call) => {
      const script = service.scripts[name] as ((request: never, call: RpcCall) => Promise<object>) | undefined
      if (!script) throw new OpsError('unimplemented', `${name} has no script`)
      return script(request, call)
    })
  const watchStatus = serverStream<object, WatchStatusResponse>(async (_request, call, send) => {
    await new Promise<void>((resolve, reject) => {
      const watcher = { send: (message: WatchStatusResponse) => void send(message).catch(reject), end: reject }
      watchers.add(watcher)
      call.signal.addEventListener('abort', () => resolve())
      if (last) watcher.send(last)
    }).finally(() => watchers.clear())
  })
  const names = Object.values(statusService).map((method) => method.originalName as keyof StatusService)
  server.add(
    statusService,
    Object.fromEntries(names.map((name) => [name, name === 'watchStatus' ? watchStatus : scripted(name)])),
  )
  return service
}

function afterMessage(before: WatchStatusResponse | null, message: WatchStatusResponse): WatchStatusResponse {
  if (message.isFull || before === null) return { ...message, isFull: true }
  const changed = new Set([...message.components.map((component) => component.id), ...message.removedIds])
  const kept = before.components.filter((component) => !changed.has(component.id))
  return { ...message, isFull: true, components: [...kept, ...message.components], removedIds: [] }
}

export function aMessage(partial: Partial<WatchStatusResponse> = {}): WatchStatusResponse {
  const now = systemClock.now()
  return {
    isFull: false,
    components: [],
    removedIds: [],
    overall: 'STATUS_OPERATIONAL',
    overallSinceMs: 1_760_000_000_000,
    uptime: aWindows(),
    generatedAtMs: now,
    asOfMs: now,
    asOfAgeMs: 0,
    isBlind: false,
    overallInternal: 'STATUS_OPERATIONAL',
    toldVersion: 0,
    ...partial,
  }
}

export function aComponent(partial: Partial<ComponentState> & { id: string }): ComponentState {
  return {
    name: `The ${partial.id}`,
    group: 'Core',
    description: '',
    critical: true,
    visibility: 'VISIBILITY_PUBLIC',
    status: 'STATUS_OPERATIONAL',
    sinceMs: 1_760_000_000_000,
    responseTimeMs: 12.34,
    lastCheckedMs: 1_760_000_060_000,
    position: 0,
    createdAtMs: 1_750_000_000_000,
    ...partial,
  }
}

export function aWindows(ratio = 0.9995): UptimeWindows {
  const window = (knownMs: number) => ({
    ratio,
    knownMs,
    unknownMs: 0,
    downMs: (1 - ratio) * knownMs,
    maintenanceMs: 0,
  })
  return {
    last24h: window(86_400_000),
    last7d: window(7 * 86_400_000),
    last30d: window(30 * 86_400_000),
    last90d: window(90 * 86_400_000),
  }
}

export function anUptime(componentId: string): ComponentUptime {
  const days = Array.from({ length: 90 }, (_, i) => ({
    day: new Date(1_760_000_000_000 + i * 86_400_000).toISOString().slice(0, 10),
    operationalMs: 86_400_000,
    degradedMs: 0,
    partialOutageMs: 0,
    outageMs: 0,
    maintenanceMs: 0,
    unknownMs: 0,
  }))
  return { componentId, windows: aWindows(), days, responseTimes: [{ atMs: 1_760_000_000_000, meanMs: 12, maxMs: 30 }] }
}

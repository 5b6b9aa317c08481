import { fileURLToPath } from 'node:url'
import type { Config } from '@akashic/config'
import { statusService } from '@akashic/proto'
import type { StatusService } from '@akashic/proto'
import type { LiveConfig } from '@akashic/shared/config'
import { clientAddressOf } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import { uuidv7 } from '@akashic/shared/ids'
import type { Health, Module, Platform } from '@akashic/shared/module'
import { auditRoutes } from './audit/routes.ts'
import { badgeRoutes } from './badges/routes.ts'
import { componentRoutes } from './components/routes.ts'
import { ledgerRoutes } from './components/ledger-routes.ts'
import { correctionRoutes } from './corrections/routes.ts'
import { docsRoutes } from './docs/routes.ts'
import { heartbeatRoutes } from './heartbeats/routes.ts'
import { createAnswerOnce, purgeAnswers } from './idempotency/answer-once.ts'
import { createAuthenticator } from './keys/authenticate.ts'
import { makeFirstKey } from './keys/make-first-key.ts'
import { keyRoutes } from './keys/routes.ts'
import { createListeners } from './listeners.ts'
import type { GatewayAddresses } from './listeners.ts'
import { measureAge } from './live-status/measure.ts'
import { createStatusFeed } from './live-status/status-feed.ts'
import { pageRoutes } from './page/routes.ts'
import { createStatusPage } from './page/status-page.ts'
import { publicStatusRoutes } from './public-status/routes.ts'
import { createStatusDocument } from './public-status/status-document.ts'
import { createPublicLimit } from './public-limit.ts'
import { every } from './every.ts'
import { operatorStatusRoutes } from './status/routes.ts'
import { createStatusStream } from './status-stream/status-stream.ts'

export type { GatewayAddresses } from './listeners.ts'

export interface GatewayModule extends Module {
  /** The ports bound, once started. */
  ports(): { readonly port: number; readonly apiPort: number }
}

/** The gateway's migrations; the process runs them before `start`. */
export const migrations = { schema: 'platform', dir: fileURLToPath(new URL('./migrations', import.meta.url)) }

const purgeEveryMs = 3_600_000
const firstStatusMs = 2_000

/** The public status, the operators' REST API, keys and their audit. */
export function createGatewayModule(
  config: LiveConfig<Config>,
  platform: Platform,
  addresses: GatewayAddresses,
): GatewayModule {
  const { db, clock, rateLimiter, metrics, dataDir } = platform
  const log = platform.log.child({ module: 'gateway' })
  const client = platform.rpcClients.client<StatusService>('status', statusService)
  const limits = () => config.current().http

  const feed = createStatusFeed({ ...platform, log, client })
  const { live, board } = feed
  measureAge(metrics, live)
  const document = createStatusDocument(live, clock)
  const stream = createStatusStream({
    document,
    live,
    clock,
    metrics,
    epoch: uuidv7(clock.now()),
    maxStreams: () => limits().maxStreams,
  })
  const drawPage = createStatusPage({ live, board, clock, page: () => config.current().page })

  const publicRoutes: Route[] = [
    ...pageRoutes(drawPage),
    ...publicStatusRoutes({ document, live, board }),
    ...badgeRoutes(live, board),
    ...heartbeatRoutes(client),
  ]
  const operatorRoutes: Route[] = [
    ...operatorStatusRoutes(live),
    ...componentRoutes(client),
    ...ledgerRoutes(client),
    ...correctionRoutes(client),
    ...auditRoutes({ db, client }),
    ...keyRoutes({ db, clock }),
  ]
  const listeners = createListeners({
    addresses,
    publicRoutes,
    operatorRoutes,
    docsOf: docsRoutes,
    document,
    openStream: (request, response) => stream.open(request, response),
    app: {
      authenticate: createAuthenticator({
        db,
        clock,
        rateLimiter,
        failuresPerMinute: () => limits().failedKeysPerMinute,
      }),
      limitPublic: createPublicLimit(rateLimiter, () => limits().publicRequestsPerMinute),
      addressOf: clientAddressOf(addresses.trustedProxies),
      idempotency: createAnswerOnce({ db, clock }),
      bodyLimitBytes: () => limits().maxBodyBytes,
      log,
      metrics,
      now: () => clock.now(),
    },
  })
  const purge = every(clock, purgeEveryMs, async () => purgeAnswers({ db, clock }), log)

  return {
    name: 'gateway',
    async start() {
      await makeFirstKey({ db, clock, dataDir, log })
      await feed.start(firstStatusMs)
      stream.start()
      purge.start()
      await listeners.start()
      log.info(listeners.ports(), 'the gateway listens')
    },
    async stop(deadlineMs) {
      await purge.stop()
      stream.stop()
      await listeners.stop(deadlineMs)
      await feed.stop()
    },
    health: () => healthOf(listeners.isListening(), live.isStale()),
    ports: () => listeners.ports(),
  }
}

function healthOf(isListening: boolean, isStale: boolean): Health {
  if (!isListening) return { state: 'not_serving', reason: 'not listening yet' }
  return isStale
    ? { state: 'degraded', reason: 'the status service is away; the last snapshot is served' }
    : { state: 'serving' }
}

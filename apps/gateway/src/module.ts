import { OpsError } from '@akashic/shared/errors'
import { fileURLToPath } from 'node:url'
import type { Config } from '@akashic/config'
import {
  aiHealthService,
  infraService,
  alertService,
  incidentService,
  maintenanceService,
  notificationService,
  onCallService,
  statusService,
} from '@akashic/proto'
import type {
  aiHealth,
  infra,
  AlertService,
  IncidentService,
  MaintenanceService,
  NotificationService,
  OnCallService,
  StatusService,
} from '@akashic/proto'
import type { Clock } from '@akashic/shared/clock'
import type { LiveConfig } from '@akashic/shared/config'
import { clientAddressOf } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import { uuidv7 } from '@akashic/shared/ids'
import type { Health, Module, Platform } from '@akashic/shared/module'
import type { Database } from '@akashic/shared/postgres'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { aiRoutes } from './ai/routes.ts'
import { infraRoutes } from './infra/routes.ts'
import { receiverRoutes } from './alerts/receiver-routes.ts'
import { alertRoutes } from './alerts/routes.ts'
import { auditRoutes } from './audit/routes.ts'
import { badgeRoutes } from './badges/routes.ts'
import { calendarDocument } from './calendar/routes.ts'
import { componentRoutes } from './components/routes.ts'
import { ledgerRoutes } from './components/ledger-routes.ts'
import { correctionRoutes } from './corrections/routes.ts'
import { docsRoutes } from './docs/routes.ts'
import { createEventStreams } from './events/event-streams.ts'
import type { EventStreams } from './events/event-streams.ts'
import { eventRoutes } from './events/routes.ts'
import { feedDocuments } from './feeds/routes.ts'
import { heartbeatRoutes } from './heartbeats/routes.ts'
import { createAnswerOnce, purgeAnswers } from './idempotency/answer-once.ts'
import { incidentRoutes } from './incidents/routes.ts'
import { createAuthenticator } from './keys/authenticate.ts'
import { makeFirstKey } from './keys/make-first-key.ts'
import { keyRoutes } from './keys/routes.ts'
import { createListeners } from './listeners.ts'
import type { GatewayAddresses, ListenersOptions } from './listeners.ts'
import { measureAge } from './live-status/measure.ts'
import type { LiveStatus } from './live-status/live-status.ts'
import { createStatusFeed } from './live-status/status-feed.ts'
import type { StatusFeed } from './live-status/status-feed.ts'
import { maintenanceRoutes } from './maintenances/routes.ts'
import { notificationRoutes } from './notifications/routes.ts'
import { linkRoutes } from './on-call/link-routes.ts'
import { onCallRoutes } from './on-call/routes.ts'
import type { WordClients } from './page/read-words.ts'
import { pageRoutes } from './page/routes.ts'
import { createStatusPage } from './page/status-page.ts'
import { postmortemRoutes } from './postmortems/routes.ts'
import type { PublicPage } from './public-address.ts'
import { documentRoute } from './public-status/prepared-document.ts'
import type { ServedDocument } from './public-status/prepared-document.ts'
import { publicStatusRoutes } from './public-status/routes.ts'
import { createStatusDocument } from './public-status/status-document.ts'
import type { StatusDocument } from './public-status/status-document.ts'
import { createPublicLimit } from './public-limit.ts'
import { every } from './every.ts'
import { silenceRoutes } from './silences/routes.ts'
import { inRestTerms } from './rest-terms.ts'
import { operatorStatusRoutes } from './status/routes.ts'
import { statuspageDocuments } from './statuspage/routes.ts'
import { createStatuspage } from './statuspage/statuspage.ts'
import { truthRoutes } from './truth/routes.ts'
import { createStatusStream } from './status-stream/status-stream.ts'

export type { GatewayAddresses } from './listeners.ts'

export interface GatewayModule extends Module {
  /** The ports bound, once started. */
  ports(): { readonly port: number; readonly apiPort: number }
}

/** The gateway's migrations; the process runs them before `start`. */
export const migrations = { schema: 'platform', dir: fileURLToPath(new URL('./migrations', import.meta.url)) }

const purgeEveryMs = 3_600_000
const firstKeyRetryMs = 5_000
const firstStatusMs = 2_000
const eventStreamLimits = { inAll: 200, each: 10 }

/** The public status, the operators' REST API, keys and their audit. */
export function createGatewayModule(
  config: LiveConfig<Config>,
  platform: Platform,
  addresses: GatewayAddresses,
): GatewayModule {
  const { db, clock, metrics, dataDir } = platform
  const log = platform.log.child({ module: 'gateway' })
  const client = platform.rpcClients.client<StatusService>('status', statusService)
  const incidents = inRestTerms(platform.rpcClients.client<IncidentService>('status', incidentService))
  const maintenances = inRestTerms(platform.rpcClients.client<MaintenanceService>('status', maintenanceService))
  const alerts = inRestTerms(platform.rpcClients.client<AlertService>('status', alertService))
  const notifications = inRestTerms(platform.rpcClients.client<NotificationService>('status', notificationService))
  const onCall = inRestTerms(platform.rpcClients.client<OnCallService>('status', onCallService))
  const ai = inRestTerms(platform.rpcClients.client<aiHealth.AiHealthService>('ai-health', aiHealthService))
  const infrastructure = inRestTerms(platform.rpcClients.client<infra.InfraService>('infra', infraService))
  const feed = createStatusFeed({ ...platform, log, client, toldBy: { incidents, maintenances } })
  const { live } = feed
  measureAge(metrics, live)
  const page = () => config.current().page
  const document = createStatusDocument({ live, clock, page })
  const documents = furtherDocuments(live, clock, page)
  const stream = createStatusStream({
    ...{ document, live, clock, metrics },
    maxStreams: () => config.current().http.maxStreams,
    maxStreamsPerAddress: () => config.current().http.maxStreamsPerAddress,
    addressOf: clientAddressOf(addresses.trustedProxies),
    epoch: uuidv7(clock.now()),
  })
  const events = createEventStreams({ bus: platform.events, clock, metrics, log, limits: eventStreamLimits })
  const listeners = createListeners({
    addresses,
    publicRoutes: [
      ...publicRoutes({ feed, document, client, words: { incidents, maintenances }, clock, config }),
      ...documents.map(documentRoute),
      ...linkRoutes({ client: onCall, clock, page }),
    ],
    operatorRoutes: [
      ...operatorRoutes({ live, client, incidents, maintenances, alerts, ai, infrastructure, events, db, clock }),
      ...notificationRoutes(notifications),
      ...onCallRoutes(onCall),
      ...aiRoutes(ai),
      ...infraRoutes(infrastructure),
    ],
    docsOf: docsRoutes,
    documents: new Map([['/status', document], ...documents.map((served) => [served.path, served.document] as const)]),
    openStream: (request, response) => stream.open(request, response),
    app: appOptions(config, { ...platform, log }, addresses),
  })
  const purge = every(clock, purgeEveryMs, async () => purgeAnswers({ db, clock }), log)
  const laterKey = every(clock, firstKeyRetryMs, async () => firstKey(), log)
  let isKeyDue = true

  /** A gateway that starts while the database is away makes sure of an admin key later. */
  async function firstKey(): Promise<void> {
    if (!isKeyDue) return
    try {
      await makeFirstKey({ db, clock, dataDir, log })
      isKeyDue = false
    } catch (error) {
      if (!(error instanceof OpsError && error.code === 'unavailable')) throw error
    }
  }

  return {
    name: 'gateway',
    async start() {
      await firstKey()
      await feed.start(firstStatusMs)
      stream.start()
      purge.start()
      if (isKeyDue) laterKey.start()
      await listeners.start()
      log.info(listeners.ports(), 'the gateway listens')
    },
    async stop(deadlineMs) {
      await Promise.all([purge.stop(), laterKey.stop()])
      stream.stop()
      events.stop()
      await listeners.stop(deadlineMs)
      await feed.stop()
    },
    health: () => healthOf(listeners.isListening(), live.isStale()),
    ports: () => listeners.ports(),
  }
}

/** What programs read besides `/status`: Statuspage v2, the feeds and the calendar. */
function furtherDocuments(live: LiveStatus, clock: Clock, page: () => PublicPage): ServedDocument[] {
  return [
    ...statuspageDocuments(createStatuspage({ live, clock, page })),
    ...feedDocuments(live, page),
    calendarDocument(live, page),
  ]
}

interface PublicParts {
  readonly feed: StatusFeed
  readonly document: StatusDocument
  readonly client: RpcClientOf<StatusService>
  readonly words: WordClients
  readonly clock: Clock
  readonly config: LiveConfig<Config>
}

function publicRoutes({ feed: { live, board }, document, client, words, clock, config }: PublicParts): Route[] {
  const page = () => config.current().page
  const drawPage = createStatusPage({ live, board, clock, page })
  return [
    ...pageRoutes({ live, clock, page, clients: words, drawPage }),
    ...publicStatusRoutes({ document, live, board }),
    ...badgeRoutes(live, board),
    ...heartbeatRoutes(client),
  ]
}

interface OperatorParts {
  readonly live: LiveStatus
  readonly client: RpcClientOf<StatusService>
  readonly incidents: RpcClientOf<IncidentService>
  readonly maintenances: RpcClientOf<MaintenanceService>
  readonly alerts: RpcClientOf<AlertService>
  readonly ai: RpcClientOf<aiHealth.AiHealthService>
  readonly infrastructure: RpcClientOf<infra.InfraService>
  readonly events: EventStreams
  readonly db: Database
  readonly clock: Clock
}

function operatorRoutes({
  live,
  client,
  incidents,
  maintenances,
  alerts,
  ai,
  infrastructure,
  events,
  db,
  clock,
}: OperatorParts): Route[] {
  return [
    ...operatorStatusRoutes(live),
    ...componentRoutes(client),
    ...ledgerRoutes(client),
    ...correctionRoutes(client),
    ...incidentRoutes(incidents),
    ...postmortemRoutes(incidents),
    ...maintenanceRoutes(maintenances),
    ...alertRoutes(alerts),
    ...receiverRoutes(alerts),
    ...silenceRoutes(alerts),
    ...eventRoutes(events),
    ...truthRoutes(incidents),
    ...auditRoutes({ db, client, ai, infrastructure }),
    ...keyRoutes({ db, clock }),
  ]
}

function appOptions(
  config: LiveConfig<Config>,
  { db, clock, monotonicMs, rateLimiter, log, metrics }: Platform,
  { trustedProxies }: GatewayAddresses,
): ListenersOptions['app'] {
  const limits = () => config.current().http
  const failuresPerMinute = () => limits().failedKeysPerMinute
  return {
    authenticate: createAuthenticator({ db, clock, monotonicMs, rateLimiter, failuresPerMinute }),
    limitPublic: createPublicLimit(rateLimiter, () => limits().publicRequestsPerMinute),
    addressOf: clientAddressOf(trustedProxies),
    idempotency: createAnswerOnce({ db, clock }),
    bodyLimitBytes: () => limits().maxBodyBytes,
    log,
    metrics,
    now: () => clock.now(),
  }
}

function healthOf(isListening: boolean, isStale: boolean): Health {
  if (!isListening) return { state: 'not_serving', reason: 'not listening yet' }
  return isStale
    ? { state: 'degraded', reason: 'the status service is away; the last snapshot is served' }
    : { state: 'serving' }
}

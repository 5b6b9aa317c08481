import type { Config } from '@akashic/config'
import { notificationService, onCallService } from '@akashic/proto'
import type { LiveConfig } from '@akashic/shared/config'
import type { Platform } from '@akashic/shared/module'
import type { Logger } from 'pino'
import type { Started } from '@akashic/shared/access'
import { alertChannel } from './alert/alert-channel.ts'
import { expireAlerts } from './alert/expire-alerts.ts'
import { every } from '@akashic/shared/lifecycle'
import { incidentChannel } from './incident/incident-channel.ts'
import type { IncidentDeps } from './incident/incident-deps.ts'
import { deliver, type DeliveryDeps } from './notification/deliver.ts'
import { followAlertGroups } from './notification/follow-alert-groups.ts'
import { followIncidents } from './notification/follow-incidents.ts'
import { createChannelKeeper } from './notification/keep-channels.ts'
import { createNotificationMetrics } from './notification/notification-metrics.ts'
import { pruneTold, showTold } from './notification/show-told.ts'
import { createSenders } from './notification/senders.ts'
import { callDue } from './oncall/call-due.ts'
import { createPageLinks } from './oncall/page-link.ts'
import { createPageMetrics } from './oncall/page-metrics.ts'
import { onCallHandlers } from './rpc-on-call.ts'
import { notificationHandlers } from './rpc-notifications.ts'
import type { Board } from './status/board.ts'
import { wakeable } from './wakeable.ts'

const tickMs = 1_000
const groupEveryMs = 2_000
const showEveryMs = 15_000
const pruneEveryMs = 600_000

/** What tells people of incidents and alerts: notifications, and who is on call. */
export function composeTelling(
  config: LiveConfig<Config>,
  platform: Platform,
  parts: IncidentDeps & Started & { readonly log: Logger; readonly board: Board },
) {
  const { db, clock, queue, random, log } = { ...platform, ...parts }
  const onCall = () => config.current().onCall
  const baseUrl = () => (onCall().linkUrl ?? config.current().page.url)?.replace(/\/$/, '') ?? null
  const links = createPageLinks({ db })
  const metrics = createNotificationMetrics(platform.metrics)
  const pageMetrics = createPageMetrics(platform.metrics)
  const senders = createSenders({
    clock,
    outbound: () => config.current().outbound,
    channels: () => config.current().channels,
  })
  const delivery: DeliveryDeps = {
    ...{ db, clock, log, random, senders, metrics },
    linkFor: async (pageNum, person) => {
      const base = baseUrl()
      if (base === null) return null
      const expiresAtMs = clock.now() + onCall().linkExpiresAfter
      return `${base}/page/${await links.sign({ pageNum, person, expiresAtMs })}`
    },
  }
  const channels = createChannelKeeper({
    queue,
    configured: () => config.current(),
    deliver: (job) => deliver(delivery, job),
  })
  const deps = { ...parts, db, clock, queue, log, onCall, baseUrl, links, telling: channels.telling }
  const groups = {
    ...deps,
    grouping: () => config.current().alerts,
    statusOf: (id: string) => parts.board.picture().components.get(id)?.status,
    incidentPolicies: () => config.current().incidents.policies,
  }
  platform.rpcServer.add(notificationService, notificationHandlers(deps))
  platform.rpcServer.add(onCallService, onCallHandlers(deps))

  const following = wakeable({ clock, log }, tickMs, 'telling of incidents', async (nowMs) => {
    await followIncidents(deps)
    await callDue(deps, nowMs)
  })
  const kept = { db, retentionMs: () => config.current().retention.rollups }
  const stops: (() => void | Promise<void>)[] = []

  return {
    start: async () => {
      await channels.refresh()
      for (const channel of [incidentChannel, alertChannel]) {
        stops.push(
          await db.listen(
            channel,
            () => following.wake(),
            () => following.wake(),
          ),
        )
      }
      stops.push(
        following.start(),
        every({ clock, log }, groupEveryMs, 'telling of alerts', (nowMs) => followAlertGroups(groups, nowMs)),
        every({ clock, log }, groupEveryMs, 'taking over the channels', () => channels.refresh()),
        every({ clock, log }, groupEveryMs, 'ending what nobody tells of any more', (nowMs) =>
          expireAlerts(deps, nowMs),
        ),
        every({ clock, log }, showEveryMs, 'counting notifications', () => showTold(db, metrics, pageMetrics)),
        every({ clock, log }, pruneEveryMs, 'removing old notifications', (nowMs) => pruneTold(kept, nowMs)),
      )
    },
    stop: async () => {
      for (const stop of stops.toReversed()) await stop()
      senders.close()
    },
  }
}

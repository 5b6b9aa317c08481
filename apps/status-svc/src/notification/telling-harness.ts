import { configSchema, type ComponentInput, type ConfigInput } from '@akashic/config'
import { systemClock } from '@akashic/shared/clock'
import { createQueue, type Queue } from '@akashic/shared/queue'
import { startPagerDuty, startSlack, startSmtp, startWebhookSink } from '@akashic/testbed'
import { Registry } from 'prom-client'
import { alertHarness } from '../alert/alert-harness.ts'
import { responder } from '../incident/incident-harness.ts'
import type { IncidentStatus } from '../incident/incident.ts'
import { addUpdate } from '../incident/update.ts'
import { answerPage, type PageAnswer } from '../oncall/answer-page.ts'
import { callDue } from '../oncall/call-due.ts'
import { listPages } from '../oncall/list-pages.ts'
import { createPageLinks } from '../oncall/page-link.ts'
import { minute } from '../service-harness.ts'
import type { ComponentStatus } from '../status/component-status.ts'
import { deliver } from './deliver.ts'
import { followAlertGroups } from './follow-alert-groups.ts'
import { followIncidents } from './follow-incidents.ts'
import { createChannelKeeper } from './keep-channels.ts'
import { listNotifications } from './list-notifications.ts'
import { createNotificationMetrics } from './notification-metrics.ts'
import type { NotificationState } from './notification.ts'
import { createSenders } from './senders.ts'

export type TellingInput = Pick<ConfigInput, 'notifications' | 'onCall' | 'alerts'>

const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`

/** For tests: Ada is on call, then Grace, then both again; each is paged by mail. */
export const adaThenGrace: NonNullable<ConfigInput['onCall']> = {
  linkUrl: 'https://status.example.org',
  people: [
    { id: 'ada', name: 'Ada', contacts: [{ channel: 'mail', to: 'ada@example.org' }] },
    { id: 'grace', name: 'Grace', contacts: [{ channel: 'mail', to: 'grace@example.org' }] },
  ],
  schedules: [{ name: 'first', rotations: [{ people: ['ada'], starting: '2026-01-05' }] }],
  policies: [{ name: 'all', steps: [{ notify: ['schedule:first'] }, { notify: ['person:grace'] }], repeat: 1 }],
}

/** For tests: everybody who can be told, as real servers and stateful fakes, with the work queue on a real database. */
export async function tellingHarness(inputs: readonly ComponentInput[], telling: TellingInput) {
  const service = await alertHarness(inputs)
  const { clock, db, log, url } = service
  let refusal: string | undefined
  const [slack, pagerduty, sink, mail] = await Promise.all([
    startSlack(),
    startPagerDuty(),
    startWebhookSink(secret),
    startSmtp({ refuse: (step) => (step === 'mail' ? refusal : undefined) }),
  ])
  const configured = (input: TellingInput) =>
    configSchema.parse({
      components: [...inputs],
      channels: [
        { type: 'slack', name: 'slack', token: slack.token, channel: 'C0000000001', apiUrl: slack.url },
        { type: 'pagerduty', name: 'pagerduty', routingKey: pagerduty.routingKey, apiUrl: pagerduty.url },
        { type: 'webhook', name: 'hook', url: sink.url, secret, timeout: '2s' },
        {
          type: 'email',
          name: 'mail',
          server: `smtp://127.0.0.1:${mail.port}`,
          from: 'ops@example.org',
          to: ['all@example.org'],
        },
      ],
      ...input,
    })
  let config = configured(telling)
  const links = createPageLinks({ db })
  const replicas: Queue[] = []

  /** A replica that works on what is to be sent. */
  async function startReplica() {
    const queue = createQueue({ url, clock: systemClock, log })
    replicas.push(queue)
    const senders = createSenders({
      clock: systemClock,
      outbound: () => ({ allowHosts: [] }),
      channels: () => config.channels,
    })
    const metrics = createNotificationMetrics(new Registry())
    const linkFor = async (pageNum: number, person: string) =>
      `https://status.example.org/page/${await links.sign({ pageNum, person, expiresAtMs: clock.now() + 60 * minute })}`
    const channels = createChannelKeeper({
      queue,
      configured: () => config,
      deliver: (job) => deliver({ db, clock, log, random: () => 0.5, senders, metrics, linkFor }, job),
    })
    await channels.refresh()
    await queue.start()
    return { queue, channels }
  }
  const { queue, channels } = await startReplica()
  const deps = {
    ...service,
    ...{ queue, links, telling: channels.telling, onCall: () => config.onCall },
    baseUrl: () => 'https://status.example.org',
  }
  const statuses = new Map<string, ComponentStatus>()
  const groups = {
    ...deps,
    grouping: () => config.alerts,
    statusOf: (id: string) => statuses.get(id),
    incidentPolicies: () => [],
  }

  return {
    ...service,
    ...{ slack, pagerduty, sink, mail, deps, startReplica },
    /** What the mail server answers to mails from now on; undefined: it takes them. */
    refuseMails: (answer: string | undefined) => void (refusal = answer),
    /** What components are, as far as groups of alerts ask for it. */
    statuses,
    /** What the timers of a replica do. */
    tick: async (afterMs = 0) => {
      clock.advance(afterMs)
      await followIncidents(deps)
      await callDue(deps, clock.now())
      await followAlertGroups(groups, clock.now())
    },
    /** Moves an incident with published words. */
    say: (id: string, status: IncidentStatus, body: string) =>
      addUpdate(service, responder, { id, version: null, status, body, publish: true, nextUpdateAtMs: null }),
    reconfigure: async (next: TellingInput) => {
      config = configured(next)
      await channels.refresh()
    },
    pages: async () =>
      (await listPages(deps, responder.principal, { limit: 0, cursor: '', isOpen: false })).pages.toReversed(),
    answer: (id: string, answer: PageAnswer, actor = responder) => answerPage(deps, actor, id, answer),
    notifications: async (state: NotificationState | null = null) =>
      (
        await listNotifications(deps, responder.principal, {
          limit: 200,
          cursor: '',
          state,
          channel: '',
          incidentId: '',
        })
      ).notifications.toReversed(),
    close: async () => {
      await Promise.all(replicas.map((replica) => replica.stop(2_000)))
      await Promise.all([slack.stop(), pagerduty.stop(), sink.stop(), mail.stop()])
      await service.close()
    },
  }
}

export type TellingHarness = Awaited<ReturnType<typeof tellingHarness>>

import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { NotificationState } from './notification.ts'

export interface NotificationMetrics {
  delivered(channel: string, seconds: number): void
  failed(channel: string, isDead: boolean): void
  /** Takes in how many wait or were given up. */
  showWaiting(
    counts: readonly { readonly channel: string; readonly state: NotificationState; readonly count: number }[],
  ): void
}

export function createNotificationMetrics(registry: Registry): NotificationMetrics {
  const registers = [registry]
  const attempts = new Counter({
    name: 'akashic_notification_attempts_total',
    help: 'Attempts of this replica at notifications, by channel and result (delivered, failed, dead).',
    labelNames: ['channel', 'result'],
    registers,
  })
  const seconds = new Histogram({
    name: 'akashic_notification_send_seconds',
    help: 'How long channels took to take a notification.',
    labelNames: ['channel'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  })
  const waiting = new Gauge({
    name: 'akashic_notifications',
    help: 'Notifications that are not delivered, by channel and state (queued, sending, dead).',
    labelNames: ['channel', 'state'],
    registers,
  })
  return {
    delivered: (channel, took) => {
      attempts.inc({ channel, result: 'delivered' })
      seconds.observe({ channel }, took)
    },
    failed: (channel, isDead) => attempts.inc({ channel, result: isDead ? 'dead' : 'failed' }),
    showWaiting: (counts) => {
      waiting.reset()
      for (const { channel, state, count } of counts) waiting.set({ channel, state }, count)
    },
  }
}

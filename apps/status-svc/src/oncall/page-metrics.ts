import { Gauge, type Registry } from 'prom-client'
import { pageStates, type PageState } from './page.ts'

export interface PageMetrics {
  showOpen(counts: readonly { readonly state: PageState; readonly count: number }[]): void
}

export function createPageMetrics(registry: Registry): PageMetrics {
  const open = new Gauge({
    name: 'akashic_pages_open',
    help: 'Pages that are not over, by state (silenced, calling, acknowledged, snoozed, exhausted).',
    labelNames: ['state'],
    registers: [registry],
  })
  return {
    showOpen: (counts) => {
      for (const state of pageStates) {
        if (state !== 'resolved') open.set({ state }, counts.find((one) => one.state === state)?.count ?? 0)
      }
    },
  }
}

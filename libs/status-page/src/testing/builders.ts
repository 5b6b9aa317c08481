import type { DayBar, PageComponent, ResponseTimePoint, StatusPageModel } from '../model.ts'

export const nowMs = Date.parse('2026-11-23T14:30:00.000Z')
const minuteMs = 60_000
const dayMs = 86_400_000
const calm: Omit<DayBar, 'day'> = {
  operationalMs: dayMs,
  degradedMs: 0,
  partialOutageMs: 0,
  outageMs: 0,
  maintenanceMs: 0,
  unknownMs: 0,
}

export function aStatusPage(changes: Partial<StatusPageModel> = {}): StatusPageModel {
  return {
    page: { title: 'Acme' },
    nowMs,
    generatedAtMs: nowMs,
    overall: 'operational',
    overallSinceMs: nowMs - 3 * dayMs,
    isBlind: false,
    components: [aComponent()],
    told: { version: 1, incidents: [], maintenances: [] },
    ...changes,
  }
}

export function aComponent(changes: Partial<PageComponent> = {}): PageComponent {
  return {
    id: 'web',
    name: 'Web Application',
    group: '',
    description: 'What people see in their browser',
    status: 'operational',
    sinceMs: nowMs - 3 * dayMs,
    responseTimeMs: 112,
    lastCheckedMs: nowMs - 20_000,
    uptime90d: 1,
    days: days(),
    responseTimes: responseTimes(),
    ...changes,
  }
}

/** 90 calm days that end today, but for those given by their place (0 is the oldest). */
export function days(troubled: Readonly<Record<number, Partial<Omit<DayBar, 'day'>>>> = {}): readonly DayBar[] {
  return Array.from({ length: 90 }, (_, index) => {
    const shares = troubled[index] ?? {}
    const taken = Object.values(shares).reduce((sum, ms) => sum + ms, 0)
    const day = new Date(nowMs - (89 - index) * dayMs).toISOString().slice(0, 10)
    return { day, ...calm, operationalMs: dayMs - taken, ...shares }
  })
}

/** A past in which about every `every`th day had trouble of some kind, the same for the same seed. */
export function mixedDays(seed: number, every = 8): readonly DayBar[] {
  const random = sequence(seed)
  const troubled: Record<number, Partial<Omit<DayBar, 'day'>>> = {}
  for (let index = 0; index < 90; index += 1) {
    if (random() > 1 / every) continue
    const kind = random()
    const ms = Math.ceil(random() * 300) * minuteMs
    if (kind < 0.3) troubled[index] = { outageMs: Math.ceil(ms / 4), degradedMs: ms }
    else if (kind < 0.5) troubled[index] = { degradedMs: ms }
    else if (kind < 0.65) troubled[index] = { partialOutageMs: ms, degradedMs: ms }
    else if (kind < 0.8) troubled[index] = { maintenanceMs: ms }
    else troubled[index] = { unknownMs: ms * 3 }
  }
  return days(troubled)
}

function responseTimes(seed = 1, gap: readonly [number, number] = [0, 0]): readonly ResponseTimePoint[] {
  const random = sequence(seed)
  return Array.from({ length: 288 }, (_, index) => {
    const atMs = nowMs - (287 - index) * 5 * minuteMs
    if (index >= gap[0] && index < gap[1]) return { atMs }
    const meanMs = 90 + 30 * Math.sin(index / 20 + seed) + random() * 25
    return { atMs, meanMs, maxMs: meanMs * 1.6 }
  })
}

/** The guide's six and others: 20 components in five groups, each with a mixed past. */
export function twentyComponents(): readonly PageComponent[] {
  const names = [
    'Web Application',
    'Checkout',
    'Search',
    'Mobile API',
    'Admin Console',
    'Database',
    'Redis',
    'Object Storage',
    'Message Queue',
    'Log Store',
  ]
  names.push(
    'AI Services',
    'Speech',
    'Embeddings',
    'Email Service',
    'SMS',
    'Push Notifications',
    'Payment Processing',
    'Invoicing',
    'Identity',
    'Audit',
  )
  const groups = ['Product', 'Data', 'Intelligence', 'Messages', 'Business']
  return names.map((name, index) =>
    aComponent({
      id: name.toLowerCase().replaceAll(' ', '-'),
      name,
      group: groups[Math.floor(index / 4)] ?? '',
      description: `What ${name} does for you, in a line`,
      responseTimeMs: 40 + index * 17,
      uptime90d: 0.99 + index / 2000,
      days: mixedDays(index + 1),
      responseTimes: responseTimes(index + 1),
    }),
  )
}

function sequence(seed: number): () => number {
  let state = seed * 2654435761
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 374761393) >>> 0
    return state / 4294967296
  }
}

// Keeps the open page true: applies the status stream to what the server rendered, without moving anything.
import { streamSilenceMs, type StatusStreamEvent, type StreamComponent } from '../src/stream-event.ts'
import { bannerOf } from '../src/words/banner.ts'
import { statusWord, troubleSentence } from '../src/words/component-words.ts'
import { formatResponseTime } from '../src/words/figures.ts'
import { keepWords } from './fresh-words.ts'
import { at, localiseAll, timeElement } from './local-time.ts'
import { keepPast } from './past.ts'
import { keepPromises } from './promises.ts'
import { keepPlace } from './replace-words.ts'
import { attachTips } from './tips.ts'

const title = document.title.slice(document.title.indexOf(' · ') + 3)
const banner = at('#banner')
const live = at('.live')
const rows = new Map([...document.querySelectorAll<HTMLElement>('.component')].map((row) => [row.id.slice(2), row]))
const renderedDay = utcDay()
const known = new Map<string, StreamComponent>()
let latest: StatusStreamEvent | undefined
let lastHeardMs = Date.now()
let staleSinceMs: number | undefined
let source: EventSource | undefined
let retries = 0
let isReloading = false

keepPromises()
localiseAll(document)
at('#zone').textContent = 'Times are in your time zone.'
attachTips()
const past = keepPast(rows)
const words = keepWords(['#incidents', '#maintenance', '#history'])
connect()
setInterval(watchSilence, 5_000)
document.addEventListener('visibilitychange', watchSilence)

function connect(): void {
  source?.close()
  source = new EventSource('status/stream')
  source.addEventListener('snapshot', (event: MessageEvent<string>) => {
    known.clear()
    receive(JSON.parse(event.data) as StatusStreamEvent, true)
  })
  source.addEventListener('status', (event: MessageEvent<string>) =>
    receive(JSON.parse(event.data) as StatusStreamEvent, false),
  )
  source.addEventListener('heartbeat', () => hear())
  source.addEventListener('error', () => {
    showLive(false)
    // An answer that is no stream closes it for good; then we ask again ourselves.
    if (source?.readyState === EventSource.CLOSED) setTimeout(connect, retryDelayMs())
  })
}

function retryDelayMs(): number {
  retries += 1
  return Math.min(60_000, 2_000 * 2 ** retries) * (0.5 + Math.random() / 2)
}

function hear(): void {
  retries = 0
  lastHeardMs = Date.now()
  if (staleSinceMs !== undefined && latest?.stale !== true) {
    staleSinceMs = undefined
    showBanner()
  }
  showLive(staleSinceMs === undefined)
}

function watchSilence(): void {
  if (Date.now() - lastHeardMs < streamSilenceMs) return
  if (staleSinceMs === undefined) {
    staleSinceMs = lastHeardMs
    showBanner()
    showLive(false)
  }
  if (source?.readyState === EventSource.OPEN) connect()
}

function receive(event: StatusStreamEvent, isWhole: boolean): void {
  latest = event
  for (const component of event.components) {
    known.set(component.id, component)
    const row = rows.get(component.id)
    if (!row) continue
    if (!row.classList.contains(component.status)) past.afterChange()
    showComponent(row, component)
  }
  const isAnother = event.components.some(({ id }) => !rows.has(id)) || (isWhole && known.size !== rows.size)
  if (isAnother || event.removed?.length || utcDay() !== renderedDay) reloadSoon(isAnother ? 10_000 : 600_000)
  staleSinceMs = event.stale === true ? Date.now() - (event.ageMs ?? 0) : undefined
  words.hear(event.toldVersion)
  hear()
  showBanner()
}

/** Loads the page anew when its rows are no longer the right ones: spread out, and not more than once a minute. */
function reloadSoon(spreadMs: number): void {
  if (isReloading) return
  isReloading = true
  setTimeout(() => location.reload(), Math.max(0, 60_000 - performance.now()) + Math.random() * spreadMs)
}

function showLive(isLive: boolean): void {
  live.dataset['live'] = isLive ? 'yes' : 'no'
  setText(live, isLive ? 'Live' : staleSinceMs === undefined ? 'Reconnecting…' : 'Not live')
}

function showBanner(): void {
  if (latest === undefined) return
  const components = [...known.values()].map(({ name, status, causedBy }) => ({
    name,
    status,
    causedBy: causedBy === undefined ? undefined : known.get(causedBy)?.name,
  }))
  const isStale = staleSinceMs !== undefined
  const incidents = latest.activeIncidents ?? []
  const { tone, word, headline, note, sinceMs } = bannerOf({
    overall: latest.overall,
    isBlind: latest.isBlind === true,
    isStale,
    components,
    incidents: incidents.map((incident) => ({ ...incident, startedAtMs: Date.parse(incident.startedAt) })),
  })
  banner.className = `banner ${tone}`
  at('use', banner).setAttribute('href', `#${tone}`)
  keepPlace(() => {
    setText(at('h1', banner), headline)
    setText(at('.note', banner), note)
  })
  const since = new Date(staleSinceMs ?? sinceMs ?? latest.overallSince).toISOString()
  at('.since', banner).replaceChildren(isStale ? 'Not updated since ' : 'Since ', timeElement(since))
  const colour = getComputedStyle(banner).getPropertyValue('--tone').trim().slice(1)
  const favicon = at('link[rel=icon]')
  favicon.setAttribute('href', (favicon.getAttribute('href') ?? '').replace(/%23\w{6}/, `%23${colour}`))
  document.title = `${word} · ${title}`
}

function showComponent(row: HTMLElement, component: StreamComponent): void {
  const { status, name, responseTimeMs } = component
  row.className = `component ${status}`
  at('use', row).setAttribute('href', `#${status}`)
  setText(at('h3', row), name)
  setText(at('.state span', row), statusWord(status))
  setText(at('.speed span', row), typeof responseTimeMs === 'number' ? formatResponseTime(responseTimeMs) : '')
  at('.trouble', row).replaceChildren(...(status === 'operational' ? [] : troubleOf(component)))
}

function troubleOf(component: StreamComponent): (Node | string)[] {
  const { status, error, since, flappingSince, lastChecked, causedBy } = component
  const isFlapping = flappingSince !== undefined
  const wasChecked = typeof lastChecked === 'string'
  const parts: (Node | string)[] = [troubleSentence({ status, error, wasChecked, isFlapping })]
  if (status === 'unknown' && !wasChecked) return parts
  const cause = causedBy === undefined ? undefined : rows.get(causedBy)
  if (cause) {
    const link = document.createElement('a')
    link.href = `#${cause.id}`
    link.textContent = at('h3', cause).textContent
    parts.push(', because of ', link)
  }
  parts.push(', since ', timeElement(flappingSince ?? since))
  return parts
}

function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

function utcDay(): string {
  return new Date().toISOString().slice(0, 10)
}

import { at } from './local-time.ts'
import { replaceWords, speak } from './replace-words.ts'

const spreadMs = 2_000
const mostRetries = 5
const patienceMs = 10_000

/** Keeps what was written on the page up to date: when the stream tells another version of it than the one shown, the page
 *  fetches itself, and `parts` of it are put in place. Readers are spread out, since all hear of it at once, and who does not
 *  look waits until they do. */
export function keepWords(parts: readonly string[]): { hear(version: number | undefined): void; refresh(): void } {
  let shown = versionOf(document)
  let heard = shown
  let retries = 0
  let timer = 0
  let isDue = false

  const plan = (delayMs: number): void => {
    clearTimeout(timer)
    timer = setTimeout(() => void refresh(), delayMs)
  }
  const refresh = async (): Promise<void> => {
    isDue = document.hidden
    if (isDue) return
    const drawn = await drawnNow()
    if (drawn) {
      shown = versionOf(drawn)
      speak(parts.flatMap((part) => replaceWords(at(part), at(part, drawn))))
    }
    // Another replica may not have read them yet.
    if (shown < heard && retries++ < mostRetries) plan(spreadMs * 2 ** retries * (0.5 + Math.random()))
  }
  const begin = (): void => {
    retries = 0
    plan(Math.random() * spreadMs)
  }
  document.addEventListener('visibilitychange', () => {
    if (isDue) begin()
  })
  return {
    hear(version) {
      if (version === undefined || version === heard) return
      heard = version
      if (version !== shown) begin()
    },
    refresh: begin,
  }
}

async function drawnNow(): Promise<Document | undefined> {
  const answer = await fetch(location.href, { signal: AbortSignal.timeout(patienceMs) }).catch(() => undefined)
  const text = answer?.ok === true ? await answer.text().catch(() => undefined) : undefined
  return text === undefined ? undefined : new DOMParser().parseFromString(text, 'text/html')
}

function versionOf(page: Document): number {
  return Number(at('main', page).dataset['told'])
}

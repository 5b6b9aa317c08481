import { at } from './local-time.ts'

const everyMs = 300_000
const soonMs = 10_000

/** Keeps bars, uptimes and response times as the server draws them now: every few minutes while somebody looks, and shortly
 *  after `afterChange` is called. Readers are spread out, since a change reaches all of them at once. */
export function keepPast(rows: ReadonlyMap<string, HTMLElement>): { afterChange(): void } {
  let next = 0
  let isSoon = false
  const redraw = async (): Promise<void> => {
    isSoon = false
    plan(everyMs)
    if (document.hidden) return
    const answer = await fetch(location.href).catch(() => undefined)
    if (answer?.ok !== true) return
    const drawn = new DOMParser().parseFromString(await answer.text(), 'text/html')
    for (const row of rows.values()) {
      const fresh = drawn.getElementById(row.id)
      if (fresh) replacePast(row, fresh)
    }
  }
  const plan = (delayMs: number): void => {
    clearTimeout(next)
    next = setTimeout(() => void redraw(), delayMs * (0.5 + Math.random()))
  }
  plan(everyMs)
  return {
    afterChange() {
      if (!isSoon) plan(soonMs)
      isSoon = true
    },
  }
}

function replacePast(row: HTMLElement, fresh: HTMLElement): void {
  const isOpen = at('.foot', row).hasAttribute('open')
  for (const part of ['.spark', '.bars', '.foot']) at(part, row).replaceWith(at(part, fresh))
  at('.foot', row).toggleAttribute('open', isOpen)
}

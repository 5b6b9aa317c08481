import { at, localiseAll } from './local-time.ts'

const places = 'h1, h2, article, .component, .past li'
const mostSpoken = 3

/** Puts `fresh` in the place of `old`, where the reader keeps their place: what is first in the window stays where it is,
 *  the focus stays on its link, and a part that became shorter keeps its height while it is seen. Returns what is new in it,
 *  to be spoken. */
export function replaceWords(old: HTMLElement, fresh: HTMLElement): string[] {
  localiseAll(fresh)
  if (old.innerHTML === fresh.innerHTML) return []
  const said = new Set([...old.querySelectorAll('article')].map((article) => article.innerHTML))
  const news = [...fresh.querySelectorAll('article')].filter((article) => !said.has(article.innerHTML))
  const { top, bottom, height } = old.getBoundingClientRect()
  const isSeen = top < innerHeight && bottom > 0
  const focused = old.contains(document.activeElement) ? document.activeElement?.getAttribute('href') : null
  keepPlace(() => old.replaceWith(fresh))
  if (isSeen && fresh.offsetHeight < height) fresh.style.minHeight = `${height}px`
  const links = [...fresh.querySelectorAll('a')]
  if (focused) links.find((link) => link.getAttribute('href') === focused)?.focus({ preventScroll: true })
  return news.slice(0, mostSpoken).map(textOf)
}

/** At its top the page shows what is new where the reader looks; anywhere else nothing moves. */
export function keepPlace(change: () => void): void {
  const anchor = [...document.querySelectorAll(places)].find((place) => place.getBoundingClientRect().top >= 0)
  const beforePx = anchor?.getBoundingClientRect().top ?? 0
  const key = anchor && keyOf(anchor)
  change()
  if (scrollY < 1 || key === undefined) return
  const kept = [...document.querySelectorAll(places)].find((place) => keyOf(place) === key)
  if (kept) scrollBy({ top: kept.getBoundingClientRect().top - beforePx, behavior: 'instant' })
}

function keyOf(place: Element): string {
  return place.id || place.textContent
}

function textOf(article: Element): string {
  return [...article.children].map((part) => part.textContent.trim()).join('. ')
}

export function speak(news: readonly string[]): void {
  if (news.length > 0) at('#news').textContent = news.join('. ')
}

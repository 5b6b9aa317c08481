import { formatDay } from '../src/words/figures.ts'
import { at } from './local-time.ts'

const dayMs = 86_400_000

/** Lets each bar tell its day: on hover, by touch, and with the arrow keys, which a screen reader speaks.
 *  The words come from the list of days under the bars; a day that is not in it was free of trouble. */
export function attachTips(): void {
  const firstDay = Date.parse(at('main').dataset['firstDay'] ?? '')
  if (Number.isNaN(firstDay)) return
  const tip = document.createElement('div')
  tip.className = 'tip'
  tip.hidden = true
  tip.setAttribute('aria-hidden', 'true')
  const day = document.createElement('b')
  const words = document.createElement('span')
  tip.append(day, words)
  document.body.append(tip)

  document.querySelectorAll<HTMLElement>('.component').forEach((row) => {
    const days = at('.days', row)
    const count = at('.bars', row).getAttribute('viewBox')?.split(' ').map(Number)[2] ?? 0
    const last = count - 1
    if (last < 0) return
    const dayLabels = Array.from({ length: count }, (_, place) => formatDay(isoDay(firstDay + place * dayMs)))
    const wordsOf = (place: number): string => wordsByPlace(row, dayLabels)[place] ?? 'No trouble'
    const slider = sliderOf(at('h3', row).textContent, last)
    const show = (index: number): void => {
      day.textContent = dayName(firstDay + index * dayMs)
      words.textContent = wordsOf(index)
      slider.value = String(index)
      slider.setAttribute('aria-valuetext', `${day.textContent}: ${words.textContent}`)
      tip.hidden = false
      place(tip, days.getBoundingClientRect(), (index + 0.5) / (last + 1))
    }
    const hide = (): void => {
      tip.hidden = true
    }
    slider.setAttribute('aria-valuetext', `${dayName(firstDay + last * dayMs)}: ${wordsOf(last)}`)
    slider.addEventListener('input', () => show(Number(slider.value)))
    slider.addEventListener('focus', () => slider.matches(':focus-visible') && show(Number(slider.value)))
    slider.addEventListener('blur', hide)
    days.addEventListener('pointermove', (event) => {
      const box = days.getBoundingClientRect()
      show(Math.max(0, Math.min(last, Math.floor(((event.clientX - box.left) / box.width) * (last + 1)))))
    })
    days.addEventListener('pointerleave', hide)
    days.append(slider)
  })
}

function sliderOf(name: string, last: number): HTMLInputElement {
  const slider = document.createElement('input')
  slider.type = 'range'
  slider.max = slider.value = String(last)
  slider.setAttribute('aria-label', `${name}, day by day`)
  return slider
}

/** What the list of a row says of each day, by the day's place. */
function wordsByPlace(row: HTMLElement, dayLabels: readonly string[]): readonly (string | undefined)[] {
  const words = new Array<string | undefined>(dayLabels.length)
  row.querySelectorAll('.foot li').forEach((item) => {
    const end = item.textContent.indexOf(': ')
    const [when, what] = [item.textContent.slice(0, end), item.textContent.slice(end + 2)]
    const [from = '', to = from] = when.split(' to ')
    words.fill(what, dayLabels.indexOf(from), dayLabels.indexOf(to) + 1)
  })
  return words
}

function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function dayName(ms: number): string {
  if (isoDay(ms) === isoDay(Date.now())) return 'Today'
  return new Date(ms).toLocaleDateString([], { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' })
}

function place(tip: HTMLElement, box: DOMRect, share: number): void {
  const room = document.documentElement.clientWidth - tip.offsetWidth - 8
  const x = Math.max(8, Math.min(room, box.left + box.width * share - tip.offsetWidth / 2))
  tip.style.transform = `translate(${x + scrollX}px,${box.top + scrollY - tip.offsetHeight - 6}px)`
}

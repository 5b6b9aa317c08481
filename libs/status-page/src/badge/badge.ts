import { escapeHtml } from '../document/markup.ts'
import type { Status } from '../model.ts'
import { formatRatio } from '../words/figures.ts'
import { tones } from '../document/tones.ts'
import { statusWord } from '../words/component-words.ts'

/** A badge (SVG) that says a component's status in words: `Web Application | Operational`. */
export function renderStatusBadge(badge: { readonly label: string; readonly status: Status }): string {
  return renderBadge(badge.label, statusWord(badge.status), tones[badge.status])
}

/** A badge (SVG) that says a component's uptime: `uptime 30d | 99.98%`. `ratio` is 0 to 1, or null when nothing is known. */
export function renderUptimeBadge(badge: { readonly label: string; readonly ratio: number | null }): string {
  return renderBadge(badge.label, badge.ratio === null ? 'unknown' : formatRatio(badge.ratio), uptimeFill(badge.ratio))
}

function uptimeFill(ratio: number | null): string {
  if (ratio === null) return tones.unknown
  if (ratio >= 0.999) return tones.operational
  if (ratio >= 0.99) return tones.degraded
  return ratio >= 0.95 ? tones.partial_outage : tones.outage
}

function renderBadge(label: string, message: string, fill: string): string {
  const left = textWidth(label) + 14
  const right = textWidth(message) + 14
  const text = (content: string, x: number, width: number) =>
    `<text x="${x}" y="14" textLength="${width}" lengthAdjust="spacingAndGlyphs">${escapeHtml(content)}</text>`
  const title = escapeHtml(`${label}: ${message}`)
  const width = left + right
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-label="${title}"><title>${title}</title>` +
    `<rect width="${width}" height="20" rx="4" fill="#32383f"/>` +
    `<path fill="${fill}" d="M${left} 0h${right - 4}a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4H${left}z"/>` +
    `<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">` +
    `${text(label, 7, left - 14)}${text(message, left + 7, right - 14)}</g></svg>`
  )
}

/** Width in pixels of text in Verdana 11 px, near enough; `textLength` takes up the rest. */
function textWidth(text: string): number {
  let width = 0
  for (const character of text) width += characterWidth(character)
  return Math.ceil(width)
}

function characterWidth(character: string): number {
  if (/[ijl.,:;|!'()[\] ]/.test(character)) return 4
  if (/[mwMW%@]/.test(character)) return 10.5
  if (/[A-Z]/.test(character)) return 7.8
  return (character.codePointAt(0) ?? 0) > 0x2e80 ? 11 : 6.8
}

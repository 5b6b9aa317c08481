/** One line of a chart; null where nothing was measured. */
export interface ChartLine {
  readonly name: string
  readonly colour: string
  readonly values: readonly (number | null)[]
}

export interface Chart {
  readonly title: string
  readonly unit: string
  /** Of each value, ms from the start. */
  readonly atMs: readonly number[]
  readonly lines: readonly ChartLine[]
}

const width = 880
const height = 240
const edge = { left: 64, right: 16, top: 16, bottom: 32 }

/** A line chart over time, as SVG that stands by itself. */
export function svgChart({ title, unit, atMs, lines }: Chart): string {
  const last = Math.max(1, atMs.at(-1) ?? 1)
  const highest = niceCeiling(Math.max(0, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0))))
  const x = (ms: number): number => round(edge.left + (ms / last) * (width - edge.left - edge.right))
  const y = (value: number): number =>
    round(height - edge.bottom - (value / highest) * (height - edge.top - edge.bottom))
  const rules = [0, 0.25, 0.5, 0.75, 1].map((part) => part * highest)
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(title)}">`,
    ...rules.map(
      (value) =>
        `<line class="rule" x1="${edge.left}" x2="${width - edge.right}" y1="${y(value)}" y2="${y(value)}"/>` +
        `<text class="axis" x="${edge.left - 8}" y="${y(value) + 4}" text-anchor="end">${shortNumber(value)}${unit === '' ? '' : ` ${unit}`}</text>`,
    ),
    ...timesOf(last).map(
      (ms) => `<text class="axis" x="${x(ms)}" y="${height - 10}" text-anchor="middle">${shortTime(ms)}</text>`,
    ),
    ...lines.map(({ name, colour, values }) => {
      const points = pathOf(
        values.map((value, index) => (value === null ? null : ([x(atMs[index]!), y(value)] as const))),
      )
      return `<path d="${points}" fill="none" stroke="${colour}" stroke-width="2" stroke-linejoin="round"><title>${escapeText(name)}</title></path>`
    }),
    '</svg>',
  ].join('')
}

/** A gap where nothing was measured. */
function pathOf(points: readonly (readonly [number, number] | null)[]): string {
  let isDown = false
  return points
    .flatMap((point) => {
      if (point === null) {
        isDown = false
        return []
      }
      const command = isDown ? 'L' : 'M'
      isDown = true
      return [`${command}${point[0]} ${point[1]}`]
    })
    .join('')
}

function timesOf(last: number): readonly number[] {
  const step =
    [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600]
      .map((seconds) => seconds * 1_000)
      .find((ms) => last / ms <= 10) ?? 7_200_000
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, index) => index * step)
}

function niceCeiling(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 4, 5, 8, 10].map((factor) => factor * power).find((nice) => nice >= value)!
}

const round = (value: number): number => Math.round(value * 10) / 10

const shortNumber = (value: number): string =>
  value >= 10_000 ? `${round(value / 1_000)}k` : String(Math.round(value * 100) / 100)

const shortTime = (ms: number): string => (ms >= 60_000 ? `${round(ms / 60_000)} min` : `${Math.round(ms / 1_000)} s`)

export const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

import { renderStatusBadge, renderUptimeBadge } from './badge.ts'
import { tones } from '../document/tones.ts'

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

test('a status badge says the status in a word, not by colour alone', () => {
  const svg = renderStatusBadge({ label: 'Web Application', status: 'partial_outage' })
  expect(svg).toContain('>Web Application</text>')
  expect(svg).toContain('>Partial outage</text>')
  expect(svg).toContain('aria-label="Web Application: Partial outage"')
})

test('white letters on each status colour have a contrast of 4.5 at least', () => {
  for (const colour of Object.values(tones)) expect(1.05 / (luminance(colour) + 0.05)).toBeGreaterThanOrEqual(4.5)
})

test('an uptime badge does not round up, and says unknown when nothing is known', () => {
  expect(renderUptimeBadge({ label: 'uptime 30d', ratio: 0.99999 })).toContain('>99.99%</text>')
  expect(renderUptimeBadge({ label: 'uptime 30d', ratio: null })).toContain('>unknown</text>')
})

test('a label cannot break out of a badge', () => {
  const svg = renderStatusBadge({ label: '"/><script>alert(1)</script>', status: 'operational' })
  expect(svg).not.toContain('<script')
  expect(svg.match(/</g)?.length).toBe(renderStatusBadge({ label: 'x', status: 'operational' }).match(/</g)?.length)
})

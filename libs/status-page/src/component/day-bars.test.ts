import fc from 'fast-check'
import { renderDayBars, troubledDays } from './day-bars.ts'
import { days } from '../testing/builders.ts'

const hourMs = 3_600_000
const minuteMs = 60_000

const layer = /<path (?:class="(\w+)(?: q(\d))?" )?d="([^"]*)"/g

/** Which quarters of which days are painted in which state, last paint on top: a string for each day, top quarter first; X is outage. */
function painted(svg: string): string[] {
  const columns = Array.from({ length: 90 }, () => ['-', '-', '-', '-'])
  for (const [, status = 'operational', quarters = '4', d = ''] of svg.matchAll(layer)) {
    let place = 0
    for (const [, move, value] of d.matchAll(/([Mmh])(\d+)/g)) {
      if (move === 'M') place = Number(value)
      else if (move === 'm') place += Number(value)
      else
        for (const end = place + Number(value); place < end; place += 1)
          columns[place]?.fill(status === 'outage' ? 'X' : (status[0] ?? ''), 0, Number(quarters))
    }
  }
  return columns.map((quarters) => quarters.join(''))
}

describe('the bars', () => {
  test('draw 90 calm days as one line', () => {
    const svg = renderDayBars(days()).text
    expect(svg.match(/<path/g)).toHaveLength(1)
    expect(painted(svg)).toEqual(Array(90).fill('oooo'))
  })

  test('show two minutes of outage, on top of the day', () => {
    const bars = painted(renderDayBars(days({ 40: { degradedMs: 12 * hourMs, partialOutageMs: 2 * minuteMs } })).text)
    expect(bars[40]).toBe('pddo')
    expect(bars[39]).toBe('oooo')
  })

  test('draw a day that was not measured as a gap, and never as operational', () => {
    const day = { 3: { unknownMs: 24 * hourMs }, 4: { unknownMs: 6 * hourMs } }
    expect(painted(renderDayBars(days(day)).text).slice(3, 5)).toEqual(['uuuu', 'uooo'])
  })

  test('paint every quarter, and each state that lasted, whatever the day was like', () => {
    const part = fc.integer({ min: 0, max: 6 * hourMs })
    const shares = fc.record({ degradedMs: part, outageMs: part, maintenanceMs: part, unknownMs: part })
    fc.assert(
      fc.property(shares, (day) => {
        const bar = painted(renderDayBars(days({ 7: day })).text)[7] ?? ''
        expect(bar).not.toContain('-')
        if (day.outageMs >= 500) expect(bar.startsWith('X')).toBe(true)
        if (day.unknownMs >= 12 * hourMs) expect(bar).toContain('u')
      }),
    )
  })
})

describe('the list of troubled days', () => {
  const words = (...args: Parameters<typeof days>) => troubledDays(days(...args)).map(({ text }) => text)

  test('is empty when there were none', () => {
    expect(words()).toEqual([])
  })

  test('tells the minutes of each state, newest day first', () => {
    const troubled = { 40: { outageMs: 14 * minuteMs, degradedMs: 125 * minuteMs }, 41: { maintenanceMs: hourMs } }
    expect(words(troubled)).toEqual([
      '<li>6 Oct: maintenance 1 h</li>',
      '<li>5 Oct: down 14 min, degraded 2 h 5 min</li>',
    ])
  })

  test('tells a run of days that were not measured in one line', () => {
    const unmeasured = { unknownMs: 24 * hourMs }
    expect(words({ 0: unmeasured, 1: unmeasured, 2: unmeasured })).toEqual(['<li>26 Aug to 28 Aug: not measured</li>'])
  })
})

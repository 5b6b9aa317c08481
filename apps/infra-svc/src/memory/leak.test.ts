import fc from 'fast-check'
import { judgeLeak, type MemoryRun } from './leak.ts'
import { theilSen, type Point } from './theil-sen.ts'

const minuteMs = 60_000
const mib = 2 ** 20
const begun = new Date('2026-11-20T00:00:00Z')

/** A run whose memory and CPU at each minute a test says, in MiB and cores. */
function aRun(
  minutes: number,
  memory: (minute: number) => number,
  cpu: (minute: number) => number = () => 0.2,
): MemoryRun {
  return {
    startedAt: begun,
    points: Array.from({ length: minutes }, (_, at) => ({
      at: new Date(begun.getTime() + at * minuteMs),
      cpuMean: cpu(at),
      memoryMin: Math.round(memory(at) * mib),
    })),
  }
}
/** Numbers that look like chance, between -1 and 1, and are the same each time. */
function noise(seed: number): (at: number) => number {
  return (at) => {
    const value = Math.sin((at + 1) * 12.9898 + seed * 78.233) * 43_758.5453
    return 2 * (value - Math.floor(value)) - 1
  }
}

/** Points that grow by 0.05 each, and carry a share of what lies beside the line on to the next. */
function carried(n: number, share: number, seed: number): readonly Point[] {
  const drawn = noise(seed)
  const settled = 100
  let left = 0
  return Array.from({ length: settled + n }, (_, at) => {
    left = share * left + drawn(at)
    return { x: at, y: 0.05 * at + left }
  }).slice(settled)
}

describe('the slope of Theil and Sen', () => {
  // Eighths, so that moving them rounds nothing off.
  const points = fc
    .array(fc.integer({ min: -8_000, max: 8_000 }), { minLength: 10, maxLength: 60 })
    .map((ys) => ys.map((y, x) => ({ x, y: y / 8 })))

  test('lies within its own interval, and is no other when everything is moved', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: -500, max: 500 }), fc.integer({ min: -500, max: 500 }), (given, dx, dy) => {
        const slope = theilSen(given)!
        expect(slope.lower).toBeLessThanOrEqual(slope.slope)
        expect(slope.upper).toBeGreaterThanOrEqual(slope.slope)
        const moved = theilSen(given.map(({ x, y }) => ({ x: x + dx, y: y + dy })))!
        for (const key of ['slope', 'lower', 'upper'] as const) expect(moved[key]).toBeCloseTo(slope[key], 6)
      }),
    )
  })

  test('turns its sign with the measurements, and its ends change places', () => {
    fc.assert(
      fc.property(points, (given) => {
        const [slope, turned] = [theilSen(given)!, theilSen(given.map(({ x, y }) => ({ x, y: -y })))!]
        expect(turned.slope).toBeCloseTo(-slope.slope, 9)
        expect(turned.lower).toBeCloseTo(-slope.upper, 9)
      }),
    )
  })

  test('is that of the line, however it lies, and a wild measurement in six does not move it far', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -5, max: 5, noNaN: true }),
        fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { maxLength: 10 }),
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        (true_, wild, off) => {
          const line = Array.from({ length: 60 }, (_, x) => ({ x, y: true_ * x + (wild.includes(x) ? off : 0) }))
          expect(theilSen(line)!.slope).toBeCloseTo(true_, 5)
        },
      ),
    )
  })

  test('of noise alone includes no growth in nine of ten cases and more', () => {
    const seeds = Array.from({ length: 200 }, (_, seed) => seed)
    const sure = seeds.filter((seed) => {
      const drawn = noise(seed)
      const { lower, upper } = theilSen(Array.from({ length: 60 }, (_, x) => ({ x, y: drawn(x) })))!
      return lower > 0 || upper < 0
    })
    expect(sure.length).toBeLessThan(20)
  })

  test.each([
    [13, 0],
    [20, 0],
    [36, 0],
    [20, 0.6],
    [20, 0.9],
    [36, 0.9],
    [80, 0.9],
  ])(
    'of %i points, of which each is %d of the one before, misses the true slope in 5 of 100 cases at most',
    (n, share) => {
      const seeds = Array.from({ length: 400 }, (_, seed) => seed)
      const missed = seeds.filter((seed) => {
        const { lower, upper } = theilSen(carried(n, share, seed))!
        return lower > 0.05 || upper < 0.05
      })
      // Two standard errors of 400 cases are 2.2 in a hundred.
      expect(missed.length / seeds.length).toBeLessThanOrEqual(0.072)
    },
  )

  test('is bounded by nothing where the points follow on themselves so that they say nothing', () => {
    const wave = Array.from({ length: 12 }, (_, x) => ({ x, y: Math.sin(x / 4) }))
    expect(theilSen(wave)).toMatchObject({ lower: -Infinity, upper: Infinity })
  })

  test('of a straight line is bounded by it, however its numbers are rounded', () => {
    for (const growth of Array.from({ length: 40 }, (_, at) => 1_000 + at / 7)) {
      const line = Array.from({ length: 10 }, (_, x) => ({ x: x / 6, y: growth * x }))
      const { lower, upper } = theilSen(line)!
      expect(lower / growth).toBeCloseTo(6, 4)
      expect(upper / growth).toBeCloseTo(6, 4)
    }
  })

  test('there is none of few points, or of points at one x', () => {
    expect(theilSen(Array.from({ length: 9 }, (_, x) => ({ x, y: x })))).toBeNull()
    expect(theilSen(Array.from({ length: 20 }, () => ({ x: 1, y: 1 })))).toBeNull()
  })
})

describe('a leak', () => {
  test('is told with how fast it grows', () => {
    const drawn = noise(1)
    const verdict = judgeLeak([aRun(360, (at) => 200 + at * 0.5 + drawn(at) * 4)])
    expect(verdict).toMatchObject({ is: 'leak', runsAlike: 1, watchedMs: 330 * minuteMs })
    if (verdict.is !== 'leak') throw new Error('no leak')
    expect(verdict.perHour / mib).toBeCloseTo(30, 0)
    expect(verdict.leastPerHour).toBeLessThanOrEqual(verdict.perHour)
    expect(verdict.mostPerHour).toBeGreaterThanOrEqual(verdict.perHour)
  })

  test.each([
    ['memory that only stays high', () => 900, 'none'],
    ['a saw of garbage collection with a level floor', (at: number) => 200 + (at % 47) * 6, 'none'],
    ['a cache that fills and is full', (at: number) => 600 - 400 * Math.exp(-at / 60), 'none'],
    ['a step, as of one large import', (at: number) => (at < 150 ? 200 : 420), 'none'],
    ['one peak', (at: number) => (at > 100 && at < 130 ? 900 : 200), 'none'],
    ['memory that falls', (at: number) => 600 - at * 0.4, 'none'],
    ['growth of next to nothing', (at: number) => 500 + at * 0.01, 'none'],
    ['a saw whose floor rises', (at: number) => 200 + (at % 20) * 6 + at * 0.5, 'leak'],
  ])('%s', (_, memory, is) => {
    expect(judgeLeak([aRun(480, memory)]).is).toBe(is)
  })

  test('is none any more when it grew for half a day and has not since', () => {
    const grown = aRun(1_440, (at) => 200 + Math.min(at, 760))
    expect(judgeLeak([grown])).toEqual({ is: 'none', why: 'it grew at first, and no longer does' })
  })

  test('is not told of what grows because it does more', () => {
    const steadily = (at: number): number => 0.2 + at * 0.002
    for (const cpu of [steadily, (at: number) => steadily(at) + 0.3 * Math.cos(at / 60)]) {
      const run = aRun(360, (at) => 200 + at * 0.5, cpu)
      expect(judgeLeak([run])).toMatchObject({ is: 'unknown', why: expect.stringContaining('does more') as string })
    }
  })

  test('is told after two hours of one run, and not before: restarts begin anew', () => {
    const short = aRun(135, (at) => 200 + at * 2)
    expect(judgeLeak([short, short, short]).is).toBe('unknown')
    expect(judgeLeak([]).is).toBe('unknown')
  })

  test('is never denied while it is watched, and is told in the end', () => {
    const verdicts = [1, 2, 3].map((seed) => {
      const drawn = noise(seed)
      return Array.from(
        { length: 17 },
        (_, at) => judgeLeak([aRun(135 + at * 10 + 5, (minute) => 200 + minute * 0.5 + drawn(minute) * 4)]).is,
      )
    })
    for (const each of verdicts) {
      expect(each).not.toContain('none')
      expect([each[0], each.at(-1)]).toEqual(['unknown', 'leak'])
    }
  })

  test('is not denied of memory that wanders while it grows', () => {
    const wandering = aRun(300, (at) => 200 + at * 0.3 + 25 * Math.sin(at / 40))
    expect(judgeLeak([wandering]).is).toBe('unknown')
  })

  test('is surer when the runs before it grew alike', () => {
    const run = aRun(300, (at) => 200 + at * 0.5)
    expect(judgeLeak([run, run, aRun(300, () => 300), run])).toMatchObject({ is: 'leak', runsAlike: 3 })
  })

  test('does not hang on how much memory there is, or on when it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 0, max: 1e6 }), (factor, shift) => {
        const run = aRun(300, (at) => 20 + at * 0.05)
        const other = {
          startedAt: new Date(begun.getTime() + shift * 600_000),
          points: run.points.map(({ at, cpuMean, memoryMin }) => ({
            ...{ at: new Date(at.getTime() + shift * 600_000), cpuMean, memoryMin: memoryMin * factor },
          })),
        }
        expect(judgeLeak([other]).is).toBe('leak')
      }),
      { numRuns: 20 },
    )
  })
})

import { pino } from 'pino'
import { FakeClock } from '../clock/index.ts'
import { createErrorTeller } from './tell-errors.ts'

function aTeller() {
  const clock = new FakeClock()
  const lines: string[] = []
  const tell = createErrorTeller(clock, pino({}, { write: (line: string) => void lines.push(line) }))
  return { clock, lines, tell }
}

const refused = () => Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' })

test('a database that is away is told once a minute without a stack, however many workers meet it', () => {
  const { clock, lines, tell } = aTeller()
  for (let second = 0; second < 120; second++) {
    const error = refused()
    // As pg-boss copies it for one of its workers.
    tell(
      { ...error, message: error.message, stack: error.stack, queue: `q${second % 3}` },
      'the work queue met an error',
    )
    tell(new Error('Connection terminated unexpectedly'), 'jobs of q behind a failed one still wait')
    clock.advance(1_000)
  }
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
    'the work queue waits: the database is away',
    'the work queue waits: the database is away',
  ])
  expect(lines.join()).not.toMatch(/stack|at .*:\d+:\d+/)
})

test('any other error is told with its stack, each once a minute', () => {
  const { clock, lines, tell } = aTeller()
  for (let second = 0; second < 60; second++) {
    tell(new Error('relation does not exist'), 'the work queue met an error')
    tell(new Error('out of memory'), 'the work queue met an error')
    clock.advance(1_000)
  }
  expect(lines).toHaveLength(2)
  expect(lines.join()).toContain('tell-errors.test.ts')
})

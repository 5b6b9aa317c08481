import { FakeClock } from '@akashic/shared/clock'
import { pino } from 'pino'
import { aComponent, anUptime } from '../testing/scripted-status-service.ts'
import { componentFromProto } from './snapshot.ts'
import { createUptimeBoard } from './uptime-board.ts'

const shown = (id: string, sinceMs = 0) => componentFromProto(aComponent({ id, sinceMs }))

function aBoard() {
  const clock = new FakeClock()
  const asked: string[][] = []
  let answer = async (ids: string[]) => ({ components: ids.map(anUptime) })
  const client = {
    listUptime: async ({ componentIds }: { componentIds: string[] }) => {
      asked.push(componentIds)
      return answer(componentIds)
    },
  }
  const board = createUptimeBoard({ client, clock, log: pino({ level: 'silent' }) })
  return { clock, asked, board, answerWith: (next: typeof answer) => (answer = next) }
}

const settled = async () => new Promise((resolve) => setImmediate(resolve))

test('many who look at once are one question, in portions of a hundred', async () => {
  const { asked, board } = aBoard()
  const components = Array.from({ length: 250 }, (_, i) => shown(`c${i}`))
  const [first] = await Promise.all([
    board.lookUp(components),
    board.lookUp(components),
    board.lookUp(components.slice(7)),
  ])
  expect(first.size).toBe(250)
  expect(asked.map((ids) => ids.length)).toEqual([100, 100, 50])
})

test('what is known is given at once and brought up to date behind the reader’s back', async () => {
  const { clock, asked, board, answerWith } = aBoard()
  await board.lookUp([shown('a')])
  clock.advance(59_000)
  await board.lookUp([shown('a')])
  expect(asked).toHaveLength(1)
  clock.advance(2_000)
  answerWith(async (ids) => ({ components: ids.map((id) => ({ ...anUptime(id), days: [] })) }))
  expect((await board.lookUp([shown('a')])).get('a')!.uptime.days).toHaveLength(90)
  await settled()
  expect((await board.lookUp([shown('a')])).get('a')!.uptime.days).toHaveLength(0)
})

test('a component that has just changed is asked for again, but not all the time', async () => {
  const { clock, asked, board } = aBoard()
  await board.lookUp([shown('a')])
  clock.advance(4_000)
  await board.lookUp([shown('a', clock.now())])
  expect(asked).toHaveLength(1)
  clock.advance(1_000)
  await board.lookUp([shown('a', clock.now())])
  expect(asked).toHaveLength(2)
})

test('while the status service does not answer, readers wait 2 s at most, and what is known stays', async () => {
  const { clock, board, answerWith } = aBoard()
  await board.lookUp([shown('a')])
  answerWith(() => new Promise(() => {}))
  clock.advance(61_000)
  expect((await board.lookUp([shown('a')])).has('a')).toBe(true)
  const waiting = board.lookUp([shown('b')])
  await settled()
  clock.advance(2_000)
  expect((await waiting).has('b')).toBe(false)
})

test('a question that failed is asked again by the next reader', async () => {
  const { asked, board, answerWith } = aBoard()
  answerWith(() => {
    throw new Error('gone')
  })
  await board.lookUp([shown('a')])
  answerWith(async (ids) => ({ components: ids.map(anUptime) }))
  expect((await board.lookUp([shown('a')])).has('a')).toBe(true)
  expect(asked).toHaveLength(2)
})

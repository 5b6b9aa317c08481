import { OpsError } from '@akashic/shared/errors'
import { pino } from 'pino'
import { eachApart } from './each-apart.ts'

const log = pino({ level: 'silent' })

test('an incident whose change fails holds up no other, and nothing that comes after', async () => {
  const changed: string[] = []
  const change = async (id: string) => {
    if (id === 'a') throw new Error('this one cannot be changed')
    changed.push(id)
  }
  await eachApart(log, ['a', 'b', 'c'], change)
  await eachApart(log, ['a'], change)
  expect(changed).toEqual(['b', 'c'])
})

test('a database that is away is told at once', async () => {
  const asked: string[] = []
  const change = async (id: string) => {
    asked.push(id)
    throw new OpsError('unavailable', 'The database does not answer.')
  }
  await expect(eachApart(log, ['a', 'b'], change)).rejects.toThrow('does not answer')
  expect(asked).toEqual(['a'])
})

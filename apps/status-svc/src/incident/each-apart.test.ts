import { pino } from 'pino'
import { eachApart } from './each-apart.ts'

const log = pino({ level: 'silent' })

test('an incident whose change fails holds up no other', async () => {
  const changed: string[] = []
  await eachApart(log, ['a', 'b', 'c'], async (id) => {
    if (id === 'a') throw new Error('this one cannot be changed')
    changed.push(id)
  })
  expect(changed).toEqual(['b', 'c'])
})

test('what fails for all of them is told', async () => {
  const change = () => Promise.reject(new Error('the database is away'))
  await expect(eachApart(log, ['a', 'b'], change)).rejects.toThrow('the database is away')
  await eachApart(log, [], change)
})

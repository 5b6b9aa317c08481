import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { analyse } from '../analyse/analyse.ts'
import { aLook } from '../testing/a-look.ts'
import { readRunbooks } from './read-runbooks.ts'
import { matchRunbooks } from './runbook.ts'

const problems: string[] = []
const read = (folder: string | null = null) =>
  readRunbooks(folder, (file, problem) => problems.push(`${file}: ${problem}`))

const crashing = `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec: { containers: [{ name: app, image: web:1 }] }
status:
  phase: Running
  containerStatuses:
  - { name: app, image: web:1, ready: false, restartCount: 4, state: { waiting: { reason: CrashLoopBackOff } }, lastState: { terminated: { exitCode: 1, reason: Error } } }
`
const findingsOf = (...lines: string[]) =>
  analyse(aLook(crashing, { web: [{ container: 'app', isPrevious: true, lines }] }))

beforeEach(() => problems.splice(0))

test('a runbook is found by what a log says', async () => {
  const matched = matchRunbooks(await read(), findingsOf('Error: connect ECONNREFUSED db:5432'))
  expect(matched).toEqual([
    {
      id: 'database-connection-failed',
      title: 'The database cannot be reached',
      because: 'what was seen says "ECONNREFUSED"',
    },
  ])
  expect(matchRunbooks(await read(), findingsOf('Error: the ravens have left'))).toEqual([])
})

test('a folder of the operator adds to ours and stands for ours of the same name; bad files are told', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'runbooks-'))
  await writeFile(
    join(folder, 'ravens.md'),
    '---\ntitle: The ravens\nrules: [pod-crash-loop]\nlogs: [ravens]\n---\nCall the keeper.',
  )
  await writeFile(join(folder, 'high-memory.md'), '---\ntitle: Ours\n---\nBuy more.')
  await writeFile(join(folder, 'broken.md'), 'no front matter')
  const runbooks = await read(folder)
  expect(matchRunbooks(runbooks, findingsOf('Error: the ravens have left'))).toMatchObject([{ id: 'ravens' }])
  expect(runbooks.find(({ id }) => id === 'high-memory')).toMatchObject({ title: 'Ours', body: 'Buy more.' })
  expect(problems).toEqual(['broken.md: it has no front matter between two lines of ---'])
})

test('no runbook of ours advises what destroys data or opens a process to the world', async () => {
  const commands = (await read()).flatMap(({ body }) => body.split('\n').filter((line) => line.startsWith('    ')))
  expect(commands.length).toBeGreaterThan(8)
  for (const command of commands) expect(command).not.toMatch(/migrate reset|base64 -d|--inspect|kill -USR2|delete/)
})

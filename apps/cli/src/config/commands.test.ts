import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { akashic } from '../testing/a-session.ts'
import { startFakeServer, type Answers, type FakeServer } from '../testing/fake-server.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'akashic-cli-'))
})
afterEach(() => rm(folder, { recursive: true }))

let server: FakeServer | undefined
afterEach(async () => {
  await server?.stop()
  server = undefined
})

async function withServer(answers: Answers): Promise<Record<string, string>> {
  server = await startFakeServer(answers)
  return { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' }
}

test('a valid file is told with what is in it', async () => {
  await writeFile(
    join(folder, 'akashic.yaml'),
    'components: [{ id: web, name: Web, checks: [{ kind: http, url: http://x }] }]',
  )
  const { code, stdout } = await akashic(['config', 'check'], { cwd: folder })
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'ok  akashic.yaml is valid: 1 component (0 internal), 1 check\n',
  })
})

test('a broken file is told with every mistake, file and line, on stderr, exit code 1', async () => {
  await writeFile(join(folder, 'akashic.yaml'), 'page: { titel: x }\nchecks: 5')
  const { code, stdout, stderr } = await akashic(['config', 'check'], { cwd: folder })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain('akashic.yaml:1 page.titel: unknown key; did you mean title?')
  expect(stderr).toContain('akashic.yaml:2 checks: must be a mapping')
})

test('--json tells the same to a program', async () => {
  await writeFile(join(folder, 'akashic.yaml'), 'checks: 5')
  const { code, stdout } = await akashic(['config', 'check', '--json'], { cwd: folder })
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toEqual({
    file: 'akashic.yaml',
    isValid: false,
    problems: [{ file: 'akashic.yaml', line: 1, path: 'checks', message: 'must be a mapping' }],
  })
})

test('two files are compared without a server', async () => {
  await writeFile(join(folder, 'a.yaml'), 'components: [{ id: web, name: Web }]')
  await writeFile(
    join(folder, 'b.yaml'),
    'components: [{ id: shop, name: Web, renamedFrom: web }, { id: new, name: New }]',
  )
  const { code, stdout } = await akashic(['config', 'diff', 'b.yaml', 'a.yaml'], { cwd: folder })
  expect(code).toBe(0)
  expect(stdout).toBe(
    '1 added, 0 removed, 1 renamed, 0 changed\n\n+ new  New\n> web becomes shop, and keeps its history\n',
  )
})

test('a file is compared with what the server runs, page by page, leaving out what the API owns', async () => {
  const first = { id: 'web', name: 'Web', version: 1, ownedBy: 'file', createdAt: '', updatedAt: '', state: null }
  const env = await withServer({
    'GET /api/v1/components?limit=200': { items: [first], nextCursor: 'next' },
    'GET /api/v1/components?limit=200&cursor=next': {
      items: [{ ...first, id: 'made', ownedBy: 'api' }],
      nextCursor: null,
    },
  })
  await writeFile(join(folder, 'akashic.yaml'), '')
  const { stdout } = await akashic(['config', 'diff'], { cwd: folder, env })
  expect(stdout).toBe('0 added, 1 removed, 0 renamed, 0 changed\n\n- web  Web\n')
})

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { ConfigError, loadConfigFile } from './index.ts'

const schema = z.strictObject({
  title: z.string().default('Status'),
  port: z.int().min(1).default(80),
  isOpen: z.boolean().default(false),
  secret: z.string().optional(),
  limits: z.strictObject({ body: z.int().default(1), streams: z.int().default(2) }).prefault({}),
  services: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('web'), address: z.url('must be a URL') }),
        z.strictObject({ kind: z.literal('job'), every: z.int() }),
      ]),
    )
    .default([]),
})

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'akashic-config-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function load(files: Record<string, string>, env: Record<string, string> = {}) {
  await mkdir(join(folder, 'akashic.d'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return loadConfigFile(schema, { path: join(folder, 'akashic.yaml'), env })
}

async function problemsOf(files: Record<string, string>, env: Record<string, string> = {}): Promise<string[]> {
  const error = await load(files, env).then(
    () => new Error('was accepted'),
    (thrown: unknown) => thrown as Error,
  )
  expect(error).toBeInstanceOf(ConfigError)
  return error.message.replaceAll(`${folder}/`, '').split('\n')
}

test('an empty file is the defaults', async () => {
  expect(await load({ 'akashic.yaml': '' })).toEqual(schema.parse({}))
})

test('files of akashic.d are merged in the order of their names: mappings join, lists grow, later values count', async () => {
  const config = await load({
    'akashic.yaml': 'title: first\nlimits: { body: 5 }\nservices: [{ kind: job, every: 1 }]',
    'akashic.d/20.yaml': 'title: third',
    'akashic.d/10.yml': 'title: second\nlimits: { streams: 6 }\nservices: [{ kind: job, every: 2 }]',
    'akashic.d/README.md': 'not: [yaml',
  })
  expect(config.title).toBe('third')
  expect(config.limits).toEqual({ body: 5, streams: 6 })
  expect(config.services.map((service) => service.kind === 'job' && service.every)).toEqual([1, 2])
})

test('every mistake is told at once, with its file, line and path', async () => {
  const problems = await problemsOf({
    'akashic.yaml': [
      'title:',
      'port: 0',
      'colour: red',
      'services:',
      '  - kind: wbe',
      '  - kind: web',
      '    adress: http://example.org',
    ].join('\n'),
    'akashic.d/more.yaml': 'isOpen: perhaps',
  })
  expect(problems).toEqual([
    'akashic.yaml:1 title: is empty; must be text',
    'akashic.yaml:2 port: must be at least 1',
    'akashic.yaml:3 colour: unknown key',
    'akashic.yaml:5 services[0].kind: must be one of web, job; did you mean web?',
    'akashic.yaml:6 services[1].address: is missing; must be a URL',
    'akashic.yaml:7 services[1].adress: unknown key; did you mean address?',
    'akashic.d/more.yaml:1 isOpen: must be true or false',
  ])
})

test('text that is no YAML is told with its line and nothing else', async () => {
  const problems = await problemsOf({ 'akashic.yaml': 'title: a\nlimits: { body: 1\nport: x' })
  expect(problems.length).toBeGreaterThan(0)
  for (const problem of problems) expect(problem).toMatch(/^akashic\.yaml:\d+: no valid YAML/)
})

test('a key that stands twice is a mistake', async () => {
  expect(await problemsOf({ 'akashic.yaml': 'title: a\ntitle: b' })).toEqual([
    expect.stringMatching(/^akashic\.yaml:2: no valid YAML: .*unique/),
  ])
})

test.each(['- a', 'text', '17'])('a file that is no mapping (%s) is refused', async (text) => {
  expect(await problemsOf({ 'akashic.yaml': text })).toEqual([expect.stringContaining('must be a mapping of sections')])
})

test('a missing file is told in words', async () => {
  await expect(loadConfigFile(schema, { path: join(folder, 'no.yaml'), env: {} })).rejects.toThrow(
    'there is no such file',
  )
})

test('variables are expanded, with defaults for those that are unset or empty', async () => {
  const config = await load(
    { 'akashic.yaml': 'title: "${NAME} and ${NONE:-some} and ${EMPTY:-more} and $${NAME}"' },
    { NAME: 'A', EMPTY: '' },
  )
  expect(config.title).toBe('A and some and more and ${NAME}')
})

test('an unquoted variable may stand for a number or a truth value, and stays text where text is wanted', async () => {
  const text = 'port: ${PORT}\nisOpen: ${OPEN:-true}\ntitle: ${DIGITS}\nsecret: ${DIGITS}'
  const config = await load({ 'akashic.yaml': text }, { PORT: '8080', DIGITS: '0123' })
  expect(config).toMatchObject({ port: 8080, isOpen: true, title: '0123', secret: '0123' })
})

test('a quoted variable is text', async () => {
  expect(await problemsOf({ 'akashic.yaml': 'port: "${PORT}"' }, { PORT: '8080' })).toEqual([
    'akashic.yaml:1 port: must be a number',
  ])
})

test('a variable that is not set is a mistake of its own', async () => {
  expect(await problemsOf({ 'akashic.yaml': 'title: x\nservices: [{ kind: web, address: "${WHERE}" }]' })).toEqual([
    'akashic.yaml:2 services[0].address: the environment variable WHERE is not set; set it, or write ${WHERE:-default}',
  ])
})

test.each([
  ['a wrong value', 'services: [{ kind: web, address: "${SECRET}" }]'],
  ['a wrong kind', 'services: [{ kind: "${SECRET}" }]'],
  ['a wrong type', 'limits: "${SECRET}"\nport: "${SECRET}"'],
  ['broken YAML', 'secret: "hunter2-hunter2\ntitle: hunter2-hunter2: x'],
  ['an unknown alias', 'secret: *hunter2-hunter2'],
])('a secret is never repeated in a message: %s', async (_, text) => {
  const problems = await problemsOf({ 'akashic.yaml': text }, { SECRET: 'hunter2-hunter2' })
  expect(problems.join('\n')).not.toContain('hunter2')
})

test('anchors and aliases work, and those that blow up or bite their own tail are refused', async () => {
  const shared = 'services:\n  - &a { kind: web, address: http://example.org }\n  - *a'
  expect((await load({ 'akashic.yaml': shared })).services).toHaveLength(2)
  await rm(join(folder, 'akashic.d'), { recursive: true })
  expect((await problemsOf({ 'akashic.yaml': 'services: &a [*a]' })).join()).toContain('nested too deeply')
})

const manyJobs = ['services:', ...Array.from({ length: 8_000 }, (_, i) => `  - { kind: job, every: ${i} }`)]

test('a large configuration is read like a small one, variables included', async () => {
  const text = [...manyJobs, '  - kind: job', '    every: ${TIMES}', 'port: ${PORT}', 'title: ${PORT}'].join('\n')
  const config = await load({ 'akashic.yaml': text }, { PORT: '8080', TIMES: '7' })
  expect(config).toMatchObject({ port: 8080, title: '8080' })
  expect(config.services).toHaveLength(8_001)
  expect(config.services.at(-1)).toEqual({ kind: 'job', every: 7 })
})

test('every mistake of a large configuration is told before long, with its file, line and path', async () => {
  const text = [...manyJobs.map((line) => line.replace('every', 'evry')), 'port: ${NOWHERE}'].join('\n')
  const problems = await problemsOf({ 'akashic.yaml': text })
  expect(problems).toHaveLength(16_001)
  expect(problems.slice(-3)).toEqual([
    'akashic.yaml:8001 services[7999].every: is missing; must be a number',
    'akashic.yaml:8001 services[7999].evry: unknown key; did you mean every?',
    'akashic.yaml:8002 port: the environment variable NOWHERE is not set; set it, or write ${NOWHERE:-default}',
  ])
})

test('a key named __proto__ is an unknown key like any other', async () => {
  expect(await problemsOf({ 'akashic.yaml': '__proto__: { port: 1 }' })).toEqual([
    'akashic.yaml:1 __proto__: unknown key',
  ])
})

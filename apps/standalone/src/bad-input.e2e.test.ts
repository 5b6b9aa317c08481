import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually, freePort, startHttp } from '@akashic/testbed'
import { makeHome, type Home } from './testing/home.ts'
import { killAll, runToEnd, startProduct, type RunOptions } from './testing/run-product.ts'

const good = `
components:
  - { id: web, name: Web, checks: [{ kind: tcp, host: 127.0.0.1, port: 9, interval: 1s }] }
`

let home: Home
beforeEach(async () => {
  home = await makeHome()
})
afterEach(async () => {
  await killAll()
  await home.remove()
})

/** What the process says when it cannot start: the lines of stderr, after which it has ended with code 1. */
async function refusal(options: RunOptions = {}): Promise<string[]> {
  const { code, stderr } = await runToEnd(home, options)
  expect({ code, stderr }).toMatchObject({ code: 1 })
  return stderr.trimEnd().split('\n')
}

const broken = `
page: { titel: Shop }
components:
  - id: Web
    name: Web
    dependsOn: [nobody]
    checks: [{ kind: htp, url: http://127.0.0.1 }]
  - { id: a, name: A, checks: [{ kind: http, url: http://127.0.0.1, interval: soon }] }
  - { id: a, name: B, checks: [{ kind: redis, url: 'redis://:\${MISSING}@h' }] }
`

describe('a broken akashic.yaml', () => {
  test('is refused with every mistake, its file and its line, before a port opens or a folder is used', async () => {
    await home.configure(broken)
    // Were it to open a port, it would fail by these.
    const [first, second] = await Promise.all([
      startHttp((_, response) => response.end(), { port: home.port }),
      startHttp((_, response) => response.end(), { port: home.adminPort }),
    ])
    const [sentence, ...mistakes] = await refusal()
    expect(sentence).toBe('akashic: the configuration has 7 mistakes:')
    const file = home.configFile
    expect(mistakes).toEqual([
      `${file}:2 page.titel: unknown key; did you mean title?`,
      `${file}:4 components[0].id: must be 1 to 63 of a-z, 0-9 and -`,
      `${file}:6 components[0].dependsOn[0]: there is no component nobody`,
      expect.stringContaining(`${file}:7 components[0].checks[0].kind: must be one of http, tcp,`),
      `${file}:8 components[1].checks[0].interval: must be a duration such as 500ms, 30s, 5m or 1h30m`,
      expect.stringContaining(`${file}:9 `),
      expect.stringContaining(`${file}:9 `),
    ])
    expect(mistakes.slice(5).join()).toMatch(/id a is taken/)
    expect(mistakes.slice(5).join()).toMatch(/MISSING/)
    expect(await readdir(home.dataDir)).toEqual([])
    await Promise.all([first.stop(), second.stop()])
  })

  test('that is no YAML, and one that is not there, are refused too', async () => {
    await home.configure('components: [\n')
    expect((await refusal()).join()).toContain(`${home.configFile}:2: no valid YAML`)
    const other = join(home.dir, 'other.yaml')
    expect((await refusal({ env: { AKASHIC_CONFIG: other } })).join()).toContain(`${other}: there is no such file`)
  })

  test('of a running product is refused too: the one before stays in force, and log, metric and /readyz say so', async () => {
    await home.configure(good)
    const product = await startProduct(home)
    const metric = async () => /^akashic_config_reload_ok\S* (\d)/m.exec((await product.admin('/metrics')).text)?.[1]
    expect(await metric()).toBe('1')

    await home.configure(good.replace('name: Web', 'nam: Website'))
    await eventually(async () => {
      const { status, json } = await product.admin('/readyz')
      expect(status).toBe(200)
      expect(json.configProblem).toContain(`${home.configFile}:3 components[0].nam: unknown key; did you mean name?`)
    }, 15_000)
    expect(await metric()).toBe('0')
    expect(product.output()).toContain('configuration refused: the one before stays in force')
    expect((await product.get('/status')).json.components).toMatchObject([{ id: 'web', name: 'Web' }])

    await home.configure(good.replace('name: Web', 'name: Website'))
    await eventually(async () => {
      expect((await product.get('/status')).json.components).toMatchObject([{ id: 'web', name: 'Website' }])
      expect((await product.admin('/readyz')).json.configProblem).toBeNull()
    }, 15_000)
    expect(await metric()).toBe('1')
    await product.stop()

    await writeFile(join(home.dataDir, 'postgres', 'PG_VERSION'), '17\n')
    expect(await refusal()).toEqual([
      `akashic: the database in ${home.dataDir} was made by Postgres 17 and this version brings Postgres 18; ` +
        `move it with: npm run data:move -- ${home.dataDir}`,
    ])
  }, 60_000)
})

describe('a start that cannot be is refused in one sentence', () => {
  test.each(['PORT', 'ADMIN_PORT'])(
    'when %s is taken',
    async (variable) => {
      const other = await startHttp((_, response) => response.end())
      const env = { [variable]: String(other.port) }
      expect(await refusal({ env })).toEqual([
        `akashic: Port ${other.port} on 127.0.0.1 is taken: stop the program that has it, or set ${variable} to another port.`,
      ])
      await eventually(async () => expect(await home.postmasterPid()).toBeNull(), 10_000)
      await other.stop()
    },
    60_000,
  )

  test('when the data folder cannot be written', async () => {
    const file = join(home.dir, 'file')
    await writeFile(file, '')
    for (const dataDir of [file, join(file, 'data'), '/proc/akashic']) {
      expect(await refusal({ env: { AKASHIC_DATA_DIR: dataDir } })).toEqual([
        expect.stringMatching(
          /^akashic: the data folder \S+ cannot be written \(.+\); set AKASHIC_DATA_DIR to one that can$/,
        ),
      ])
    }
  })

  test('when another process has the data folder', async () => {
    const product = await startProduct(home)
    const elsewhere = { PORT: String(await freePort()), ADMIN_PORT: String(await freePort()) }
    expect(await refusal({ env: elsewhere })).toEqual([
      `akashic: the data folder ${home.dataDir} is in use by another process (pid ${product.pid})`,
    ])
    expect((await product.get('/status')).status).toBe(200)
  }, 60_000)

  test('when what lies in the data folder is no database', async () => {
    await mkdir(join(home.dataDir, 'postgres'))
    await writeFile(join(home.dataDir, 'postgres', 'PG_VERSION'), 'nonsense\n')
    expect(await refusal()).toEqual([`akashic: ${home.dataDir}/postgres holds no database that Postgres knows`])
  })

  test('when the database cannot be reached, without the password', async () => {
    const port = await freePort()
    const env = { DATABASE_URL: `postgres://akashic:hunter2@127.0.0.1:${port}/akashic` }
    const { code, stdout, stderr } = await runToEnd(home, { env })
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `akashic: Postgres at 127.0.0.1:${port} cannot be reached (connection refused)\n`,
    })
    expect(stdout).not.toContain('hunter2')
  })

  test('when variables of the environment are wrong, all of them at once', async () => {
    const env = { PORT: 'eighty', DATABASE_URL: 'mysql://root:hunter2@h/x', TRUSTED_PROXIES: 'everybody' }
    const [sentence, ...mistakes] = await refusal({ env })
    expect(sentence).toBe('akashic: the configuration has 3 mistakes:')
    expect(mistakes.toSorted().map((mistake) => mistake.split(':')[0])).toEqual([
      'environment DATABASE_URL',
      'environment PORT',
      'environment TRUSTED_PROXIES',
    ])
    expect(mistakes.join()).not.toContain('hunter2')
  })
})

import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { runCheck } from '@akashic/checks'
import type { ComponentInput } from '@akashic/config'
import { systemClock } from '@akashic/shared/clock'
import { describeReal, eventually, type TestDatabase } from '@akashic/testbed'
import type { CheckVerdict } from '../status/check-verdict.ts'
import { statusDatabase, TestDirectory, testEngine, type TestEngine } from './engine-harness.ts'

const count = 20
const name = `ak${process.pid}`
const subnet = `198.18.${process.pid % 256}`
const address = (i: number) => `${subnet}.${i + 10}`

const server = `require('node:http').createServer((_, res) => res.end('ok')).listen(8080, '0.0.0.0', () => console.log('up'))`

/** A network of its own with 20 web servers in it, on a cable that can be pulled. */
class CableNetwork {
  #server: ChildProcess | null = null

  async start(): Promise<void> {
    ip('netns', 'add', name)
    ip('link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name)
    ip('addr', 'add', `${subnet}.1/24`, 'dev', name)
    ip('link', 'set', name, 'up')
    for (let i = 0; i < count; i++) ip('-n', name, 'addr', 'add', `${address(i)}/24`, 'dev', 'eth0')
    ip('-n', name, 'link', 'set', 'eth0', 'up')
    this.#server = spawn('ip', ['netns', 'exec', name, process.execPath, '-e', server], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env.PATH },
    })
    await once(this.#server.stdout!, 'data')
  }

  pull(): void {
    ip('-n', name, 'link', 'set', 'eth0', 'down')
  }

  plug(): void {
    ip('-n', name, 'link', 'set', 'eth0', 'up')
  }

  async stop(): Promise<void> {
    const server = this.#server
    if (server?.exitCode === null) {
      server.kill('SIGKILL')
      await once(server, 'exit')
    }
    spawnSync('ip', ['netns', 'del', name])
    spawnSync('ip', ['link', 'del', name])
  }
}

function ip(...args: string[]): void {
  const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8', timeout: 10_000 })
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`)
}

describeReal('netns', () => {
  const network = new CableNetwork()
  let database: TestDatabase
  let test20: TestEngine

  beforeAll(async () => {
    await network.start()
    database = await statusDatabase()
    const components = new TestDirectory()
    const inputs = Array.from({ length: count }, (_, i): ComponentInput => {
      const url = `http://${address(i)}:8080/`
      return { id: `target-${i}`, name: url, checks: [{ kind: 'http', url, interval: '1s', timeout: '500ms' }] }
    })
    await components.define(database.db, inputs, systemClock.now())
    const monotonicMs = () => performance.now()
    test20 = testEngine({ db: database.db, clock: systemClock, components, monotonicMs, runCheck })
    await test20.engine.start()
  })
  afterAll(async () => {
    await test20?.engine.stop(5_000)
    await network.stop()
    await database?.close()
  })

  const latest = () => new Map(test20.verdicts.map((verdict) => [verdict.componentId, verdict]))
  const untilAll = (expected: Partial<CheckVerdict>) =>
    eventually(() => {
      const now = [...latest().values()]
      expect(now).toHaveLength(count)
      for (const verdict of now) expect(verdict).toMatchObject(expected)
    }, 15_000)

  test('with the cable pulled there is no outage, but 20 gaps that end when it is plugged in again', async () => {
    await untilAll({ verdict: 'operational' })
    const pulledAtMs = systemClock.now()
    network.pull()
    await untilAll({ verdict: 'unknown', failure: expect.objectContaining({ code: 'blind' }) })
    for (const verdict of latest().values()) expect(verdict.sinceMs).toBeGreaterThanOrEqual(pulledAtMs - 500)
    expect(test20.engine.isBlind()).toBe(true)

    network.plug()
    await untilAll({ verdict: 'operational' })
    expect(test20.engine.isBlind()).toBe(false)
    expect(test20.verdicts.filter(({ verdict }) => verdict !== 'operational' && verdict !== 'unknown')).toEqual([])
  })
})

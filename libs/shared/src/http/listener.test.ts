import { once } from 'node:events'
import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { Counter, Registry } from 'prom-client'
import type { Health } from '../module/index.ts'
import { createAdminListener } from './admin-listener.ts'
import { closeGracefully, listen } from './listener.ts'

const anywhere = { host: '127.0.0.1', port: 0, variable: 'PORT' }

describe('listening', () => {
  test('on a port that is taken fails with one sentence that says what to do', async () => {
    const first = createServer()
    const { port } = await listen(first, anywhere)
    await expect(listen(createServer(), { ...anywhere, port })).rejects.toMatchObject({
      name: 'OpsError',
      message: `Port ${port} on 127.0.0.1 is taken: stop the program that has it, or set PORT to another port.`,
    })
    await closeGracefully(first, 100)
  })

  test('on an address of another machine says so', async () => {
    await expect(listen(createServer(), { ...anywhere, host: '192.0.2.1' })).rejects.toThrow(
      /not an address of this machine/,
    )
  })
})

describe('closing', () => {
  test('lets a request that is under way finish', async () => {
    let answer: (() => void) | undefined
    const server = createServer((_request, response) => {
      answer = () => response.end('done')
    })
    const { port } = await listen(server, anywhere)
    const asked = fetch(`http://127.0.0.1:${port}/`)
    await new Promise((resolve) => server.once('request', resolve))
    const closed = closeGracefully(server, 5_000)
    answer!()
    expect(await (await asked).text()).toBe('done')
    await closed
  })

  test('waits for nobody who is connected and asks for nothing', async () => {
    const server = createServer((_request, response) => void response.writeHead(200).write('first part'))
    const { port } = await listen(server, anywhere)
    const silent = connect(port, '127.0.0.1')
    await once(server, 'connection')
    const agent = new Agent({ keepAlive: true })
    const asked = get({ port, agent })
    const [, answer] = (await once(server, 'request')) as [unknown, ServerResponse]
    const [received] = (await once(asked, 'response')) as [IncomingMessage]
    const closed = closeGracefully(server, 60_000)
    // From now on this connection is idle too, and its client keeps it.
    answer.end('second part')
    expect(await text(received)).toBe('first partsecond part')
    await closed
    silent.destroy()
    agent.destroy()
  })

  test('breaks off what does not finish by the deadline', async () => {
    const server = createServer(() => {})
    const { port } = await listen(server, anywhere)
    const asked = fetch(`http://127.0.0.1:${port}/`).then(
      () => 'answered',
      () => 'broken off',
    )
    await new Promise((resolve) => server.once('request', resolve))
    await closeGracefully(server, 50)
    expect(await asked).toBe('broken off')
  })
})

describe('the admin listener', () => {
  let modules: Record<string, Health>
  let configProblem: string | null
  let isDraining: boolean
  let base: string
  const metrics = new Registry()
  const listener = createAdminListener({
    host: '127.0.0.1',
    port: 0,
    metrics,
    health: () => modules,
    configProblem: () => configProblem,
    isDraining: () => isDraining,
    log: pino({ level: 'silent' }),
  })
  beforeAll(async () => {
    new Counter({ name: 'test_total', help: 'test', registers: [metrics] }).inc()
    base = `http://127.0.0.1:${(await listener.start()).port}`
  })
  beforeEach(() => {
    modules = { gateway: { state: 'serving' } }
    configProblem = null
    isDraining = false
  })
  afterAll(async () => listener.stop(100))

  const readyz = async () => {
    const response = await fetch(`${base}/readyz`)
    return { status: response.status, body: await response.json() }
  }

  test('shows the metrics', async () => {
    expect(await (await fetch(`${base}/metrics`)).text()).toContain('test_total 1')
  })

  test('is ready while every module can do its work, if only with help', async () => {
    modules = { gateway: { state: 'degraded', reason: 'no status service' } }
    expect(await readyz()).toMatchObject({
      status: 200,
      body: { modules: { gateway: { reason: 'no status service' } } },
    })
  })

  test('is not ready while a module cannot serve, nor during the drain, but lives', async () => {
    modules = { gateway: { state: 'not_serving' } }
    expect((await readyz()).status).toBe(503)
    modules = {}
    isDraining = true
    expect((await readyz()).status).toBe(503)
    expect((await fetch(`${base}/healthz`)).status).toBe(200)
  })

  test('tells of a configuration that was refused, and stays ready with the old one', async () => {
    configProblem = 'akashic.yaml:3 components.0.id: is not valid'
    expect(await readyz()).toMatchObject({ status: 200, body: { configProblem } })
  })

  test('does not tell beyond loopback what a refused configuration holds', async () => {
    configProblem = 'akashic.yaml:3 components.0.id: is not valid'
    const open = createAdminListener({
      ...{ host: '0.0.0.0', port: 0, metrics, log: pino({ level: 'silent' }) },
      health: () => ({}),
      configProblem: () => configProblem,
    })
    const { port } = await open.start()
    const report = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).json()
    expect(await report()).toMatchObject({ configProblem: 'refused, see the log' })
    configProblem = null
    expect(await report()).toMatchObject({ configProblem: null })
    await open.stop(100)
  })

  test('names its own variables when its address cannot be had', async () => {
    const elsewhere = createAdminListener({
      ...{ host: '192.0.2.1', port: 0, metrics, log: pino({ level: 'silent' }) },
      health: () => ({}),
      configProblem: () => null,
    })
    await expect(elsewhere.start()).rejects.toThrow('set ADMIN_HOST to one that is')
  })

  test('knows no other address', async () => {
    expect((await fetch(`${base}/status`)).status).toBe(404)
    expect((await fetch(`${base}/metrics`, { method: 'POST' })).status).toBe(405)
  })
})

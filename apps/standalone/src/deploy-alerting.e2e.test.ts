import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import {
  describeReal,
  eventually,
  startAlertmanager,
  startHttp,
  startPrometheus,
  type HttpServer,
  type RealServer,
} from '@akashic/testbed'
import { checkWith } from './testing/monitoring-files.ts'

interface Request {
  readonly path: string | undefined
  readonly authorization: string | undefined
  // What a test reads from a request is checked by the test itself.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any
}

const always = `
groups:
  - name: always
    rules:
      - { alert: Always, expr: 'vector(1)', labels: { severity: critical, component: web }, annotations: { summary: It burns. } }
`

let folder: string
let ruleFile: string
let receiver: HttpServer
const requests: Request[] = []
const servers: RealServer[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'akashic-rules-'))
  ruleFile = join(folder, 'rules.yaml')
  await writeFile(ruleFile, always)
  receiver = await startHttp(async (request, response) => {
    const body = JSON.parse(await text(request)) as unknown
    requests.push({ path: request.url, authorization: request.headers.authorization, body })
    response.end()
  })
})
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
  requests.length = 0
}, 30_000)
afterAll(async () => {
  await receiver.stop()
  await rm(folder, { recursive: true })
})

describeReal('prometheus', () => {
  test('Prometheus posts alerts below a path prefix, with the key it was given', async () => {
    const address = receiver.url.slice('http://'.length)
    const told = { address, pathPrefix: '/alertmanager', bearer: 'key-of-prometheus' }
    servers.push(await startPrometheus({ ruleFiles: [ruleFile], alertmanagers: [told] }))
    await eventually(() => {
      expect(requests[0]).toMatchObject({
        path: '/alertmanager/api/v2/alerts',
        authorization: 'Bearer key-of-prometheus',
        body: [{ labels: { alertname: 'Always', severity: 'critical', component: 'web' } }],
      })
    }, 20_000)
  }, 60_000)

  test('an expression that is none is refused in the words of Prometheus', async () => {
    const prometheus = await startPrometheus()
    servers.push(prometheus)
    await expect(prometheus.query('rate(')).rejects.toThrow(/parse error/)
    expect(await prometheus.query('1 / 0')).toEqual([{ labels: {}, value: Infinity }])
    expect(await prometheus.query('absent(nothing{job="none"})')).toEqual([{ labels: { job: 'none' }, value: 1 }])
  }, 60_000)
})

describeReal('prometheus', () =>
  describeReal('alertmanager', () => {
    test('amtool finds nothing wrong with the example', () => {
      const checked = checkWith('amtool', 'check-config', 'alertmanager.example.yaml')
      expect(checked).toMatchObject({ status: 0, stdout: expect.stringContaining('2 receivers') as string })
    })

    test.each([
      ['AkashicAway', 'critical', 'shop', ['elsewhere', 'akashic']],
      ['AkashicStreamsDropped', 'info', 'akashic', ['akashic']],
      ['ServiceDown', 'critical', 'akashic', ['elsewhere', 'akashic']],
      ['ServiceDown', 'critical', 'shop', ['akashic']],
    ])('the example sends %s (%s) of %s to %j', (alertname, severity, job, receivers) => {
      const labels = [`alertname=${alertname}`, `severity=${severity}`, `job=${job}`]
      const { stdout } = checkWith(
        'amtool',
        'config',
        'routes',
        'test',
        '--config.file=alertmanager.example.yaml',
        ...labels,
      )
      expect(stdout.trim().split(',')).toEqual(receivers)
    })

    test('an alert goes from Prometheus by Alertmanager to a webhook, with the key it was given', async () => {
      const alertmanager = await startAlertmanager({
        webhookUrl: `${receiver.url}/hook`,
        bearer: 'key-of-alertmanager',
      })
      servers.push(alertmanager)
      servers.push(await startPrometheus({ ruleFiles: [ruleFile], alertmanagers: [alertmanager.address] }))
      await eventually(() => {
        expect(requests[0]).toMatchObject({
          path: '/hook',
          authorization: 'Bearer key-of-alertmanager',
          body: { version: '4', status: 'firing', alerts: [{ labels: { alertname: 'Always', component: 'web' } }] },
        })
      }, 20_000)
    }, 60_000)
  }),
)

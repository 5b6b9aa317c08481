import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  describeReal,
  eventually,
  startAlertmanager,
  startKafka,
  startNginx,
  startPagerDuty,
  startPostgres,
  startPrometheus,
  startSlack,
  startSmtp,
  startWebhookSink,
  type NginxServer,
} from '@akashic/testbed'
import { chromium } from 'playwright-core'
import { makeHome, type Home } from './testing/home.ts'
import { akashic, killAll, startProduct, type Product } from './testing/run-product.ts'

const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`
const metrics =
  "location /metrics { default_type text/plain; return 200 'shop_up 1\\n'; } location / { return 200 'ok'; }"

/** One outage that a check, a Prometheus, an Alertmanager and a burn rate see, and everybody who is told of it. */
describeReal('postgres15', () =>
  describeReal('kafka', () =>
    describeReal('prometheus', () =>
      describeReal('alertmanager', () =>
        describeReal('nginx', () =>
          describeReal('chromium', () => {
            const stops: (() => unknown)[] = []
            let nginx: NginxServer
            let home: Home
            let product: Product
            let told: Awaited<ReturnType<typeof startReceivers>>

            beforeAll(async () => {
              const [postgres, kafka] = await Promise.all([startPostgres(), startKafka()])
              nginx = await startNginx({ directives: metrics })
              told = await startReceivers()
              stops.push(...[postgres, kafka, nginx, told].map((server) => () => server.stop()))
              home = await makeHome()
              await home.configure(configuration())
              const env = { DATABASE_URL: postgres.url, KAFKA_BROKERS: kafka.brokers.join(',') }
              product = await startProduct(home, { env })
              await startMonitoring()
            }, 120_000)
            afterAll(async () => {
              await killAll()
              await home?.remove()
              for (const stop of stops.toReversed()) await stop()
            }, 60_000)

            async function startReceivers() {
              const [slack, pagerduty, sink, mail] = await Promise.all([
                startSlack(),
                startPagerDuty(),
                startWebhookSink(secret),
                startSmtp(),
              ])
              const stop = () => Promise.all([slack, pagerduty, sink, mail].map((server) => server.stop()))
              return { slack, pagerduty, sink, mail, stop }
            }

            const configuration = () => `
incidents: { policies: [{ name: outage, critical: true, resolveAfter: 5s }] }
components:
  - id: shop
    name: Web shop
    critical: true
    checks: [{ kind: http, url: '${nginx.url}/', interval: 1s, timeout: 1s }]
channels:
  - { type: slack, name: ops, token: '${told.slack.token}', channel: C0000000001, apiUrl: '${told.slack.url}' }
  - { type: pagerduty, name: pager, routingKey: '${told.pagerduty.routingKey}', apiUrl: '${told.pagerduty.url}' }
  - { type: webhook, name: hook, url: '${told.sink.url}', secret: '${secret}' }
  - { type: email, name: mail, server: 'smtp://127.0.0.1:${told.mail.port}', from: ops@example.org, to: [all@example.org] }
notifications: { routes: [{ channels: [ops, pager, hook, mail] }] }
onCall:
  linkUrl: http://127.0.0.1:${home.port}
  people:
    - { id: ada, name: Ada, contacts: [{ channel: mail, to: ada@example.org }] }
    - { id: grace, name: Grace, contacts: [{ channel: mail, to: grace@example.org }] }
  schedules: [{ name: first, timeZone: Europe/Berlin, rotations: [{ people: [ada], starting: '2026-01-05' }] }]
  policies: [{ name: all, steps: [{ notify: ['schedule:first'], escalateAfter: 10s }, { notify: ['person:grace'] }] }]
alerts:
  rules:
    - kind: burn_rate
      name: shop-budget
      objective: 0.999
      components: [shop]
      windows: [{ burnRate: 14.4, long: 2m, short: 1m, severity: critical }]
`

            /** A Prometheus that tells us itself, and by an Alertmanager, when the shop cannot be scraped. */
            async function startMonitoring() {
              const asked = { principal: 'prometheus', kind: 'service', role: 'operator' }
              const { key } = (await product.call('POST', '/api/v1/keys', asked)).json
              const rules = join(home.dir, 'rules.json')
              const rule = {
                ...{ alert: 'ShopDown', expr: 'up{job="shop"} == 0', for: '1s' },
                labels: { severity: 'critical', component: 'shop' },
                annotations: { summary: 'The shop cannot be scraped.' },
              }
              await writeFile(rules, JSON.stringify({ groups: [{ name: 'shop', rules: [rule] }] }))
              const alertmanager = await startAlertmanager({
                webhookUrl: `${product.url}/api/v1/alerts/alertmanager`,
                bearer: key,
              })
              const prometheus = await startPrometheus({
                scrape: [{ job: 'shop', targets: [new URL(nginx.url).host] }],
                ruleFiles: [rules],
                alertmanagers: [
                  { address: new URL(product.url).host, pathPrefix: '/alertmanager', bearer: key },
                  alertmanager.address,
                ],
              })
              stops.push(
                () => alertmanager.stop(),
                () => prometheus.stop(),
              )
            }

            const mailsTo = (name: string) => told.mail.mails().filter(({ to }) => to.includes(`${name}@`))
            const typesOf = () => told.sink.deliveries().map(({ body }) => (body as { type: string }).type)

            async function firing(): Promise<string[]> {
              const { items } = (await product.call('GET', '/api/v1/alerts?status=firing')).json
              return items
                .map((alert: { source: string; incident: string }) => `${alert.source} ${alert.incident}`)
                .toSorted()
            }

            async function acknowledgeOnThePhone(link: string): Promise<string> {
              const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
              try {
                const page = await browser.newPage({
                  viewport: { width: 390, height: 844 },
                  hasTouch: true,
                  isMobile: true,
                })
                await page.goto(link)
                await page.getByRole('button', { name: 'Acknowledge' }).tap()
                await page.getByText('Nobody else is called.').waitFor({ timeout: 20_000 })
                return await page.locator('main').innerText()
              } finally {
                await browser.close()
              }
            }

            test('is one incident and one page, and is over for everybody at once', async () => {
              await eventually(
                async () => expect((await product.get('/status')).json.overall).toBe('operational'),
                40_000,
              )

              await nginx.stop()
              let id = ''
              await eventually(async () => {
                const { items } = (await product.call('GET', '/api/v1/incidents')).json
                expect(items).toMatchObject([{ status: 'investigating', severity: 'SEV-2' }])
                id = items[0].id
                expect(await firing()).toEqual([`alertmanager ${id}`, `prometheus ${id}`, `rule ${id}`])
              }, 150_000)

              // Ada does not answer: Grace is paged after the ten seconds of the policy.
              await eventually(() => expect(mailsTo('ada')).toHaveLength(1), 20_000)
              await eventually(() => expect(mailsTo('grace')).toHaveLength(1), 30_000)
              expect((await akashic(home, 'oncall', 'now')).stdout).toContain('Ada')
              const link = /http:\/\/127\.0\.0\.1:\d+\/page\/[\w.-]+/.exec(mailsTo('grace')[0]!.body)![0]
              expect((await fetch(link)).status).toBe(200)
              expect((await product.call('GET', '/api/v1/oncall/pages')).json.items).toMatchObject([
                { state: 'calling' },
              ])
              expect(await acknowledgeOnThePhone(link)).toContain('Grace acknowledged it.')

              await eventually(() => {
                expect(told.pagerduty.alerts().get(`incident:${id}`)).toMatchObject({
                  status: 'acknowledged',
                  triggerCount: 1,
                })
                expect(mailsTo('ada').at(-1)!.subject).toMatch(/^Grace acknowledged/)
                expect(typesOf()).toEqual(['incident.opened', 'page.acknowledged'])
              }, 20_000)

              await nginx.start()
              await eventually(async () => {
                const { items } = (await product.call('GET', '/api/v1/incidents')).json
                expect(items).toMatchObject([{ id, status: 'resolved' }])
              }, 150_000)
              await eventually(() => {
                expect(told.pagerduty.alerts().get(`incident:${id}`)).toMatchObject({
                  status: 'resolved',
                  triggerCount: 1,
                })
                expect(typesOf()).toEqual([
                  'incident.opened',
                  'page.acknowledged',
                  'incident.moved',
                  'incident.resolved',
                ])
                const thread = told.slack.messages('C0000000001')
                expect(thread.map((message) => message.thread_ts ?? message.ts)).toEqual(
                  thread.map(() => thread[0]!.ts),
                )
                expect(thread.at(-1)!.text).toContain('resolved')
                for (const name of ['all', 'ada', 'grace']) expect(mailsTo(name).at(-1)!.subject).toContain('resolved')
              }, 20_000)
              expect((await product.call('GET', '/api/v1/oncall/pages?state=all')).json.items).toMatchObject([
                { state: 'resolved', acknowledgedBy: 'Grace', incident: id },
              ])
              expect((await product.call('GET', '/api/v1/notifications?state=dead')).json.items).toEqual([])
              // The budget tells what was spent for a while yet, and keeps nothing open.
              expect((await firing()).filter((alert) => !alert.startsWith('rule '))).toEqual([])
            }, 300_000)
          }),
        ),
      ),
    ),
  ),
)

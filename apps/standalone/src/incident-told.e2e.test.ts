import {
  describeReal,
  eventually,
  startKafka,
  startNginx,
  startPostgres,
  startRedis,
  type NginxServer,
  type RealServer,
} from '@akashic/testbed'
import { Statuspage } from 'statuspage.io'
import { makeHome, type Home } from './testing/home.ts'
import { readStream, type StreamReader } from './testing/read-stream.ts'
import { akashic, killAll, startProduct, type Product } from './testing/run-product.ts'
import { startSubscriberOfDocs, type SubscriberOfDocs } from './testing/subscriber-of-docs.ts'

const words = 'We are currently experiencing a service disruption affecting Web Application'

/** One outage from the first red check to the postmortem, as everybody sees it. */
describeReal('postgres15', () =>
  describeReal('kafka', () =>
    describeReal('redis', () =>
      describeReal('nginx', () => {
        const servers: RealServer[] = []
        let nginx: NginxServer
        let home: Home
        let product: Product
        let stream: StreamReader
        let subscriber: SubscriberOfDocs

        beforeAll(async () => {
          const [postgres, redis, kafka] = await Promise.all([startPostgres(), startRedis(), startKafka()])
          nginx = await startNginx()
          servers.push(postgres, redis, kafka, nginx)
          home = await makeHome(`
page: { title: Shop }
incidents: { policies: [{ name: outage, critical: true, resolveAfter: 10s }] }
components:
  - id: web
    name: Web Application
    critical: true
    checks: [{ kind: http, url: '${nginx.url}/', interval: 1s, timeout: 1s }]
  - id: checkout
    name: Checkout
    critical: true
    dependsOn: [web]
    checks: [{ kind: http, url: '${nginx.url}/checkout', interval: 1s, timeout: 1s }]
`)
          const brokers = kafka.brokers.join(',')
          product = await startProduct(home, {
            env: { DATABASE_URL: postgres.url, REDIS_URL: redis.url, KAFKA_BROKERS: brokers },
          })
          stream = await readStream(`${product.url}/status/stream`)
          subscriber = await startSubscriberOfDocs(brokers)
        }, 120_000)
        afterAll(async () => {
          stream?.close()
          await subscriber?.stop()
          await killAll()
          await home?.remove()
          await Promise.all(servers.map((server) => server.stop()))
        }, 60_000)

        async function incidents() {
          return (await product.call('GET', '/api/v1/incidents')).json.items
        }

        async function onlyIncident(expected: object) {
          return eventually(async () => {
            const all = await incidents()
            expect(all).toMatchObject([expected])
            return all[0].id as string
          }, 40_000)
        }

        /** As a person does: publishes again where the product changed the incident at that very moment. */
        async function publish(id: string) {
          await eventually(async () => {
            expect(await akashic(home, 'incident', 'publish', id)).toMatchObject({ code: 0, stderr: '' })
          }, 20_000)
        }

        async function onStatuspage() {
          const client = new Statuspage('shop')
          client.setApiUrl(product.url)
          return (await client.api.incidents.getAll()).incidents
        }

        test('an outage is told truly from the first red check to the postmortem', async () => {
          await eventually(async () => expect((await product.get('/status')).json.overall).toBe('operational'), 40_000)

          await nginx.stop()
          const id = await onlyIncident({ severity: 'SEV-2', status: 'investigating', components: expect.anything() })
          await eventually(async () => {
            const { json } = await product.get('/status')
            expect(json).toMatchObject({ overall: 'outage', activeIncidents: [] })
          }, 20_000)
          // Checkout may have been seen first; the draft is put right once its cause is.
          await eventually(async () => {
            const preview = await akashic(home, 'incident', 'publish', id, '--preview')
            expect(preview).toMatchObject({ code: 0, stdout: expect.stringContaining(words) })
          }, 20_000)
          expect((await product.get('/')).text).not.toContain('service disruption')

          await publish(id)
          await eventually(async () => {
            expect((await product.get('/status')).json.activeIncidents).toMatchObject([
              { id, latestUpdate: { body: expect.stringContaining(words) } },
            ])
            expect((await product.get('/')).text).toContain(words)
            expect(stream.raw()).toContain(words)
            expect(await onStatuspage()).toMatchObject([
              { id, status: 'investigating', incident_updates: [{ body: expect.stringContaining(words) }] },
            ])
          }, 20_000)

          await nginx.start()
          await onlyIncident({ id, status: 'monitoring' })
          expect((await onStatuspage())[0]!.status).toBe('investigating')
          await publish(id)
          await eventually(async () => expect((await onStatuspage())[0]!.status).toBe('monitoring'), 5_000)
          await onlyIncident({ id, status: 'resolved' })
          await publish(id)
          await eventually(async () => {
            expect((await product.get('/status')).json).toMatchObject({ overall: 'operational', activeIncidents: [] })
            expect(await onStatuspage()).toMatchObject([{ id, status: 'resolved' }])
          }, 20_000)

          await eventually(() => {
            const types = subscriber
              .lines()
              .filter((line) => line.includes(id))
              .map((line) => /incident\.\w+/.exec(line)![0])
            const ends = types.filter((type) => type !== 'incident.updated' && type !== 'incident.status_changed')
            expect(ends).toEqual(['incident.opened', 'incident.resolved'])
            expect(types.indexOf('incident.updated')).toBeGreaterThan(types.indexOf('incident.opened'))
            expect(types.indexOf('incident.updated')).toBeLessThan(types.indexOf('incident.resolved'))
          }, 20_000)

          const postmortem = await akashic(home, 'incident', 'postmortem', id)
          expect(postmortem).toMatchObject({ code: 0, stdout: expect.stringContaining('Web Application') })
          expect((await akashic(home, 'incident', 'verify', id)).stdout).toContain('INTACT')
        }, 180_000)
      }),
    ),
  ),
)

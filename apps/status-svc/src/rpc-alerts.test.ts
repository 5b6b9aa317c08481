import { configSchema } from '@akashic/config'
import { alertService, type AlertService } from '@akashic/proto'
import { systemClock } from '@akashic/shared/clock'
import { createIdentitySigner, createIdentityVerifier, generateIdentityKeys, type Role } from '@akashic/shared/identity'
import { createRpcClients, createRpcServer, type CallOptions } from '@akashic/shared/rpc'
import { Registry } from 'prom-client'
import { alertHarness } from './alert/alert-harness.ts'
import { alertHandlers } from './rpc-alerts.ts'
import { aComponent, anActor } from './service-harness.ts'

/** AlertService over real gRPC, on a real database. */
async function startAlertService() {
  const service = await alertHarness([aComponent('web')])
  const { log } = service
  const keys = generateIdentityKeys()
  const verifyToken = createIdentityVerifier(keys.publicKeys, systemClock)
  const rpcServer = createRpcServer({ listen: '127.0.0.1:0', log, metrics: new Registry(), verifyToken })
  rpcServer.add(
    alertService,
    alertHandlers({ ...service, alerting: () => configSchema.parse({}).alerts, assertStarted: () => undefined }),
  )
  const address = await rpcServer.start()
  const rpcClients = createRpcClients({
    addressOf: () => address,
    signToken: createIdentitySigner(keys.privateKey, systemClock),
    log,
  })
  return {
    ...service,
    client: rpcClients.client<AlertService>('status', alertService),
    close: async () => {
      await rpcServer.stop(1_000)
      await rpcClients.close()
      await service.close()
    },
  }
}

const as = (role: Role): CallOptions => ({ principal: anActor(role).principal, requestId: 'req-1' })
const firing = {
  ...{ source: 'prometheus', fingerprint: 'f', componentId: 'web', summary: 'It fails.' },
  ...{ status: 'ALERT_STATUS_FIRING' as const, severity: 'ALERT_SEVERITY_WARNING' as const },
}
const all = { limit: 0, cursor: '', source: '', componentId: '', status: 'ALERT_STATUS_UNSPECIFIED' as const }

let service: Awaited<ReturnType<typeof startAlertService>>
beforeEach(async () => (service = await startAlertService()))
afterEach(() => service.close())

test('an alert fires, is listed and is resolved over gRPC', async () => {
  const { client } = service
  const raised = await client.raiseAlert({ ...firing, startedAtMs: 5 }, as('operator'))
  expect(raised).toMatchObject({
    isNew: true,
    alert: { ...firing, version: 1, firedAtMs: 5, incidentId: '', assigneeRole: '' },
  })
  expect(raised.alert).not.toHaveProperty('resolvedAtMs')
  expect((await client.raiseAlert(firing, as('operator'))).isNew).toBe(false)
  const status = 'ALERT_STATUS_RESOLVED' as const
  const resolved = await client.raiseAlert({ ...firing, status }, as('operator'))
  expect(resolved.alert).toMatchObject({ id: raised.alert!.id, status, resolvedAtMs: service.clock.now() })
  expect((await client.raiseAlert({ ...firing, status }, as('operator'))).alert).toBeNull()
  expect((await client.listAlerts(all, as('viewer'))).alerts).toEqual([resolved.alert])
  expect((await client.listAlerts({ ...all, status: 'ALERT_STATUS_FIRING' }, as('viewer'))).alerts).toEqual([])
})

test('an alert without a status, or from who may not raise one, is refused', async () => {
  const { client } = service
  await expect(client.raiseAlert(firing, as('viewer'))).rejects.toMatchObject({ code: 'permission_denied' })
  const unstated = { ...firing, status: 'ALERT_STATUS_UNSPECIFIED' as const }
  await expect(client.raiseAlert(unstated, as('operator'))).rejects.toMatchObject({ fields: [{ pointer: '/status' }] })
  const forged = { ...firing, source: 'truth' }
  await expect(client.raiseAlert(forged, as('operator'))).rejects.toMatchObject({ fields: [{ pointer: '/source' }] })
})

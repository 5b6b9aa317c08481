import { OpsError } from '@akashic/shared/errors'
import { eventually } from '@akashic/testbed'
import { aMaintenance } from '../testing/incident-builders.ts'
import { aComponent } from '../testing/scripted-status-service.ts'
import { startGateway } from '../testing/start-gateway.ts'
import type { Answer, StartedGateway } from '../testing/start-gateway.ts'
import { aPublicIncident, aToldUpdate, tell } from '../testing/told-builders.ts'

let gateway: StartedGateway
beforeEach(async () => {
  gateway = await startGateway()
  gateway.status.say({
    isFull: true,
    components: [
      aComponent({ id: 'web' }),
      aComponent({ id: 'vault', name: 'Vault', visibility: 'VISIBILITY_INTERNAL' }),
    ],
  })
  tell(gateway, { version: 2, incidents: [aPublicIncident()], maintenances: [aMaintenance()] })
  await eventually(async () => expect((await get('/')).text).toContain('Checkout is down'), 3_000)
})
afterEach(async () => gateway.stop())

/** An answer without the instant at which it was made. */
const timeless = ({ status, text }: Answer) => ({ status, text: text.replace(/<time.*?<\/time>/g, '') })

const get = (path: string) => gateway.call('GET', path, { key: null })

test('what is told has a page of its own, and so has what is older than what the gateway holds', async () => {
  const older = aPublicIncident({ id: 'older', title: 'Long ago', updates: [aToldUpdate({ body: 'It is **over**.' })] })
  gateway.incidents.scripts.listPublicIncidents = async ({ id }) => ({
    incidents: id === 'older' ? [older] : [],
    nextCursor: '',
  })
  const held = await get('/incidents/inc-1')
  expect(held).toMatchObject({ status: 200, text: expect.stringContaining('We are looking into it.') })
  expect(held.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect((await get('/incidents/older')).text).toContain('It is <strong>over</strong>.')
  expect((await get(`/maintenances/${aMaintenance().id}`)).text).toContain('Move the database')
})

test('what was not published cannot be told from what never was', async () => {
  gateway.incidents.scripts.listPublicIncidents = async ({ id }) => ({
    incidents: id === 'draft' ? [aPublicIncident({ id, updates: [aToldUpdate({ state: 'UPDATE_STATE_DRAFT' })] })] : [],
    nextCursor: '',
  })
  gateway.maintenances.scripts.getMaintenance = async ({ id }) => {
    if (id !== 'internal') throw new OpsError('not_found', 'There is no such maintenance.')
    return { maintenance: aMaintenance({ id, title: 'Secret work', visibility: 'INCIDENT_VISIBILITY_INTERNAL' }) }
  }
  const never = await get('/incidents/never')
  expect(never).toMatchObject({ status: 404, text: expect.stringContaining('Nothing is here') })
  expect(timeless(await get('/incidents/draft'))).toEqual(timeless(never))
  const nowhere = await get('/maintenances/never')
  expect(nowhere.status).toBe(404)
  expect(timeless(await get('/maintenances/internal'))).toEqual(timeless(nowhere))
})

test('a link is followed whatever was put onto it, and one that leads nowhere gets a page', async () => {
  for (const path of ['/', '/incidents/inc-1', '/history']) {
    expect((await get(`${path}?utm_source=mail`)).status).toBe(200)
  }
  gateway.incidents.scripts.listPublicIncidents = async () => ({ incidents: [], nextCursor: '' })
  gateway.maintenances.scripts.getMaintenance = async () => {
    throw new OpsError('not_found', 'There is no such maintenance.')
  }
  for (const path of [`/incidents/${'x'.repeat(2_000)}`, '/maintenances/%3Cb%3E', '/incidents/..%2F..%2Fstatus']) {
    const { status, headers, text } = await get(path)
    expect([path.slice(0, 20), status, headers.get('content-type')]).toEqual([
      ...[path.slice(0, 20), 404, 'text/html; charset=utf-8'],
    ])
    expect(text).toContain('Nothing is here')
  }
})

test('no page names a component that is internal', async () => {
  const affected = { id: 'vault', name: 'Vault', oldStatus: 'STATUS_OPERATIONAL', newStatus: 'STATUS_OUTAGE' } as const
  const { components } = aPublicIncident()
  const leaky = aPublicIncident({
    id: 'leaky',
    components: [...components, { ...components[0]!, id: 'vault', name: 'Vault' }],
    updates: [aToldUpdate({ affectedComponents: [affected] })],
  })
  gateway.incidents.scripts.listPublicIncidents = async () => ({ incidents: [leaky], nextCursor: '' })
  for (const path of ['/incidents/leaky', '/history']) {
    const { status, text } = await get(path)
    expect({ path, status, isLeaked: /vault/i.test(text) }).toEqual({ path, status: 200, isLeaked: false })
  }
})

test('the history goes on from page to page', async () => {
  gateway.incidents.scripts.listPublicIncidents = async ({ cursor }) => {
    if (cursor === 'nonsense') throw new OpsError('invalid_argument', 'The cursor is none of ours.')
    const title = cursor === '' ? 'The latest' : 'The one before'
    return { incidents: [aPublicIncident({ title })], nextCursor: cursor === '' ? 'p2' : '' }
  }
  const first = await get('/history')
  expect(first.text).toContain('The latest')
  const [, next] = /href="(history\?cursor=[^"]+)"/.exec(first.text)!
  const second = await get(`/${next}`)
  expect(second.text).toContain('The one before')
  expect(second.text).not.toContain('?cursor=')
  expect((await get('/history?cursor=nonsense')).status).toBe(404)
})

test('without the status service what is held is still told, and what is not is not called nothing', async () => {
  await gateway.killStatusService()
  expect((await get('/incidents/inc-1')).status).toBe(200)
  expect((await get('/history')).text).toContain('Checkout is down')
  const away = await get('/incidents/older')
  expect(away).toMatchObject({ status: 503, text: expect.stringContaining('cannot be read right now') })
}, 30_000)

test('the scripts of the pages are served for ever under their content’s name', async () => {
  for (const path of ['/', '/incidents/inc-1']) {
    const [, src] = /<script src="(?:\.\.\/)?([^"]+)"/.exec((await get(path)).text)!
    const script = await get(`/${src}`)
    expect(script.headers.get('content-type')).toContain('text/javascript')
    expect(script.headers.get('cache-control')).toContain('immutable')
  }
  expect((await get('/scripts/other.js')).status).toBe(404)
})

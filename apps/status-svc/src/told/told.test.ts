import { addUpdate } from '../incident/update.ts'
import { editUpdate } from '../incident/edit-update.ts'
import { incidentHarness, operator } from '../incident/incident-harness.ts'
import { withdrawUpdate } from '../incident/withdraw-update.ts'
import { scheduleMaintenance } from '../maintenance/schedule.ts'
import { transitionMaintenance } from '../maintenance/transition.ts'
import { aComponent, minute } from '../service-harness.ts'
import { readToldVersion } from './store.ts'

let service: Awaited<ReturnType<typeof incidentHarness>>
beforeEach(async () => {
  service = await incidentHarness([aComponent('web')])
})
afterEach(() => service.close())

/** True when `act` changed what the public is told. */
async function tells(act: () => Promise<unknown>): Promise<boolean> {
  const before = await readToldVersion(service.db)
  await act()
  return (await readToldVersion(service.db)) > before
}

test('words that are published, edited and withdrawn tell something new; drafts do not', async () => {
  expect(await tells(() => service.open({ body: 'A draft.' }))).toBe(false)
  expect(await tells(() => service.open({ visibility: 'internal', body: 'Ours.' }))).toBe(false)
  const { id, updates } = await service.open({ body: 'We look into it.' })
  const updateId = updates[0]!.id
  const say = { id, version: 1, status: null, body: 'It is the disk.', publish: true, nextUpdateAtMs: null }
  expect(await tells(() => addUpdate(service, operator, say))).toBe(true)
  const edit = { id, version: 2, updateId, body: 'We looked into it.' }
  expect(await tells(() => editUpdate(service, operator, edit))).toBe(true)
  const { updates: said } = await service.read(id)
  const withdraw = { id, version: 3, updateId: said[1]!.id, reason: 'It is not the disk.' }
  expect(await tells(() => withdrawUpdate(service, operator, withdraw))).toBe(true)
})

test.each([
  ['public', true],
  ['internal', false],
] as const)('a maintenance that is %s tells something new: %s', async (visibility, isTold) => {
  const window = {
    scheduledForMs: service.clock.now() + minute,
    scheduledUntilMs: service.clock.now() + 2 * minute,
  }
  const more = { visibility, body: '', componentIds: ['web'], pausesChecks: false, isAutomatic: false }
  const { id } = await scheduleMaintenance(service, operator, { title: 'Disks', ...more, ...window })
  const move = { id, version: 1, status: 'in_progress' as const, body: '' }
  expect(await tells(() => transitionMaintenance(service, operator, move))).toBe(isTold)
  expect(await tells(() => scheduleMaintenance(service, operator, { title: 'More', ...more, ...window }))).toBe(isTold)
})

import { catalogue } from '@akashic/events'
import type { Event } from '@akashic/shared/events'
import type { Principal, Role } from '@akashic/shared/identity'
import { mayReadEvent } from './may-read-event.ts'

const a = (role: Role, scope?: readonly string[]): Principal => {
  return { id: 'p1', name: 'Ada', kind: 'person', role, ...(scope && { scope }) }
}
const everybody: readonly Role[] = ['viewer', 'operator', 'responder', 'approver', 'admin']

const anEvent = (data: unknown, more: Partial<Event> = {}): Event => ({
  ...{ id: 'e1', type: 'akashic.incident.opened.v1', source: '/status', subject: 'inc-1' },
  ...{ time: '2026-11-23T19:37:00.000Z', data },
  ...more,
})

const readersOf = (event: Event): readonly Role[] => everybody.filter((role) => mayReadEvent(a(role), event))
const responders: readonly Role[] = ['responder', 'approver', 'admin']
const alert = { type: 'akashic.alert.fired.v1', subject: 'alert-1' }

test.each(['public', 'internal'])('of what is %s everybody with a key hears', (visibility) => {
  expect(readersOf(anEvent({ visibility }))).toEqual(everybody)
  expect(readersOf(anEvent({ incidentVisibility: visibility }, { ...alert, incidentId: 'inc-1' }))).toEqual(everybody)
})

test('of what is restricted responders alone hear, of its alerts too', () => {
  expect(readersOf(anEvent({ visibility: 'restricted' }))).toEqual(responders)
  expect(readersOf(anEvent({ incidentVisibility: 'restricted' }, { ...alert, incidentId: 'inc-1' }))).toEqual(
    responders,
  )
  expect(readersOf(anEvent({ visibility: 'public', incidentVisibility: 'restricted' }))).toEqual(responders)
})

test('an event that does not say who may read of it is restricted, whatever its kind', () => {
  for (const { type } of catalogue) expect(readersOf(anEvent({}, { type, incidentId: 'inc-1' }))).toEqual(responders)
  expect(readersOf(anEvent({}, { type: 'akashic.unheard.of.v1' }))).toEqual(responders)
})

test('an alert that belongs to no incident is for everybody', () => {
  expect(readersOf(anEvent({}, alert))).toEqual(everybody)
})

test.each([
  { visibility: 'secret' },
  { visibility: null },
  { visibility: 'public', components: 'web' },
  'text',
  null,
  [1],
])('nobody hears of what says something unheard of: %j', (data) => {
  expect(readersOf(anEvent(data))).toEqual([])
})

test('a key with a scope hears of its own components alone, and of nothing that names none', () => {
  const mayShop = (event: Event) => mayReadEvent(a('admin', ['shop']), event)
  const changed = { type: 'akashic.status.component_changed.v1' }
  const visibility = 'public'
  expect(mayShop(anEvent({ visibility, components: [{ id: 'web' }, { id: 'shop' }] }))).toBe(true)
  expect(mayShop(anEvent({ visibility, components: ['shop'] }))).toBe(true)
  expect(mayShop(anEvent({ componentId: 'shop' }, alert))).toBe(true)
  expect(mayShop(anEvent({ visibility }, { ...changed, subject: 'shop' }))).toBe(true)
  expect(mayShop(anEvent({ visibility }, { ...changed, subject: 'web' }))).toBe(false)
  expect(mayShop(anEvent({ visibility, components: [{ id: 'web' }] }))).toBe(false)
  expect(mayShop(anEvent({ visibility }, { subject: 'shop' }))).toBe(false)
})

test('a scope does not open what is restricted', () => {
  const event = anEvent({ visibility: 'restricted', components: ['shop'] })
  expect(mayReadEvent(a('viewer', ['shop']), event)).toBe(false)
  expect(mayReadEvent(a('responder', ['shop']), event)).toBe(true)
})

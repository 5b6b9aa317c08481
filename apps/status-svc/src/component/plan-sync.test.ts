import { componentSchema, type ComponentInput } from '@akashic/config'
import { draftOf, planSync, type SyncStep } from './plan-sync.ts'
import { namedChecks } from './check-names.ts'
import type { StoredComponent } from './stored-component.ts'

const aSpec = (id: string, more: Partial<ComponentInput> = {}) => componentSchema.parse({ id, name: id, ...more })

let num = 0
function stored(id: string, more: Partial<StoredComponent> = {}): StoredComponent {
  const { definition, hasSecrets } = draftOf(aSpec(id), { ownedByFile: true, position: 0 })
  return {
    num: ++num,
    id,
    version: 1,
    ownedByFile: true,
    position: 0,
    definition,
    hasSecrets,
    createdAtMs: 0,
    updatedAtMs: 0,
    isDeleted: false,
    ...more,
  }
}

const summary = (steps: readonly SyncStep[]) =>
  steps.map((step) => [step.action, 'draft' in step ? step.draft.id : step.stored.id])
const none = new Map<string, number>()

test('new components are made, missing ones removed, and those that are the same are left alone', () => {
  const steps = planSync([aSpec('web'), aSpec('new')], [stored('web'), stored('old')], none)
  expect(summary(steps)).toEqual([
    ['remove', 'old'],
    ['create', 'new'],
  ])
})

test('a component that changed is updated', () => {
  expect(summary(planSync([aSpec('web', { name: 'Website' })], [stored('web')], none))).toEqual([['update', 'web']])
})

test('components made through the API are not touched by a file that does not name them', () => {
  expect(planSync([], [stored('mine', { ownedByFile: false })], none)).toEqual([])
})

test('a file that names a component made through the API takes it over', () => {
  expect(summary(planSync([aSpec('mine')], [stored('mine', { ownedByFile: false })], none))).toEqual([
    ['adopt', 'mine'],
  ])
})

test('a component that left the file and came back is the same one', () => {
  expect(summary(planSync([aSpec('web')], [stored('web', { isDeleted: true })], none))).toEqual([['restore', 'web']])
})

test('a rename keeps the component, and once done it is not done again', () => {
  const renamed = [aSpec('site', { renamedFrom: 'web' })]
  expect(summary(planSync(renamed, [stored('web')], none))).toEqual([['rename', 'site']])
  expect(planSync(renamed, [stored('site')], new Map([['web', num]]))).toEqual([])
})

test('a rename that is taken back gives the component its former id', () => {
  const site = stored('site')
  expect(summary(planSync([aSpec('web')], [site], new Map([['web', site.num]])))).toEqual([['rename', 'web']])
})

test('a former id is not given to a new component', () => {
  const site = stored('site')
  expect(() => planSync([aSpec('site'), aSpec('web')], [site], new Map([['web', site.num]]))).toThrow(
    /was that of the component site/,
  )
})

test('checks without a name are called by their kind, and no two by the same name', () => {
  const tcp = { kind: 'tcp' as const, host: 'example.org', port: 80 }
  const spec = aSpec('web', { checks: [tcp, { ...tcp, name: 'tcp-2' }, tcp, { ...tcp, name: 'edge' }] })
  expect(namedChecks(spec).map((check) => check.id)).toEqual(['web/tcp', 'web/tcp-2', 'web/tcp-3', 'web/edge'])
})

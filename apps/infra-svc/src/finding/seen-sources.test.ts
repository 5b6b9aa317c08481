import { seenSources, type SourcesDeps } from './seen-sources.ts'

const deps = {
  clusters: { all: () => [{ name: 'main' }] },
  databases: { all: () => [{ spec: { name: 'orders' } }] },
  components: async () => [
    { id: 'shop', dependsOn: [] },
    { id: 'till', dependsOn: [] },
  ],
} as unknown as SourcesDeps
const person = { id: 'p1', name: 'Ada', kind: 'person', role: 'viewer' } as const

test('clusters, databases and components are what findings are told of', async () => {
  expect(await seenSources(deps, person)).toEqual(['main', 'database/orders', 'component/shop', 'component/till'])
})

test('who may see some components is told what is wrong with these alone', async () => {
  const sources = await seenSources(deps, { ...person, scope: ['till'] })
  expect(sources.filter((each) => each.startsWith('component/'))).toEqual(['component/till'])
})

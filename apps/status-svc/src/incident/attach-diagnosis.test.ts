import { listTimeline } from '../timeline/list-timeline.ts'
import { attachDiagnosis } from './attach-diagnosis.ts'
import { incidentHarness, operator, type IncidentHarness } from './incident-harness.ts'

let service: IncidentHarness
afterEach(() => service.close())

const found = {
  diagnosisId: 'd-1',
  cluster: 'main',
  verdict: 'cause_established',
  summary: 'Deployment shop/web: its image does not exist.',
  cause: 'Deployment shop/web',
}

const diagnosed = async (id: string) => {
  const { entries } = await listTimeline(service, operator.principal, { id, limit: 50, cursor: '' })
  return entries.filter(({ kind }) => kind === 'diagnosed')
}

test('what was found is told once in the timeline, by whom it was found, and is no new version', async () => {
  service = await incidentHarness()
  const { id, version } = await service.open({})
  await attachDiagnosis(service, { incidentId: id, ...found })
  await attachDiagnosis(service, { incidentId: id, ...found })
  await attachDiagnosis(service, { incidentId: id, ...found, diagnosisId: 'd-2', cluster: 'edge' })
  await attachDiagnosis(service, { incidentId: id, ...found, diagnosisId: 'd-3' })
  expect(await diagnosed(id)).toMatchObject([
    { actor: 'service:infra', body: found },
    { body: { diagnosisId: 'd-2', cluster: 'edge' } },
  ])
  expect(await service.read(id)).toMatchObject({ version })
})

test('a diagnosis of an incident that there is not is passed over', async () => {
  service = await incidentHarness()
  const { id } = await service.open({})
  await attachDiagnosis(service, { incidentId: '01940000-0000-7000-8000-00000000ffff', ...found })
  expect(await diagnosed(id)).toEqual([])
})

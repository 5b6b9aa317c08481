import { incidentHarness, operator, responder, type IncidentHarness } from './incident-harness.ts'
import { linkTicket } from './link-ticket.ts'

let service: IncidentHarness
afterEach(() => service.close())

const url = 'https://tickets.example/OPS-7'

test('the link of the ticket is kept and ticks its item, whatever the version; said again it changes nothing', async () => {
  service = await incidentHarness()
  const { id } = await service.open({})
  const linked = await linkTicket(service, operator, { id, url })
  expect(linked).toMatchObject({ version: 2, ticketUrl: url })
  expect(linked.ticks.find(({ key }) => key === 'communicate.ticket')).toMatchObject({ evidence: url })
  expect(await linkTicket(service, operator, { id, url })).toMatchObject({ version: 2 })
  expect(await service.actions()).toEqual(['incident.open', 'incident.link_ticket'])
  expect((await linkTicket(service, operator, { id, url: '' })).ticketUrl).toBe('')
})

test('what is no link is refused, and so is an incident that the caller may not know of', async () => {
  service = await incidentHarness()
  const { id } = await service.open({ visibility: 'restricted' }, responder)
  await expect(linkTicket(service, responder, { id, url: 'javascript:alert(1)' })).rejects.toThrow(
    'url must be an http or https URL',
  )
  await expect(linkTicket(service, operator, { id, url })).rejects.toMatchObject({ code: 'not_found' })
})

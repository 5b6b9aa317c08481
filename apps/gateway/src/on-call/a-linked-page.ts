import type { LinkedPage, Page } from '@akashic/proto'

export const token = '1f.t5k2m0.ada.Zm9vYmFyYmF6cXV4cXV1eA'

/** What a status service tells of the page that a link is for. */
export const aLinkedPage = (page: Partial<Page> = {}, linked: Partial<LinkedPage> = {}): LinkedPage => ({
  page: {
    ...{ id: 'pag-1', version: 2, subject: 'incident:inc-1', incidentId: 'inc-1', policy: 'default' },
    ...{ title: 'Checkout is down', state: 'calling', acknowledgedBy: '', openedAtMs: 1_760_000_000_000 },
    entries: [{ atMs: 1_760_000_000_000, kind: 'called', person: 'Ada Lovelace', detail: 'step 1' }],
    ...page,
  },
  ...{ personName: 'Ada Lovelace', incidentStatus: 'investigating', severity: 'SEV-1' },
  components: [{ name: 'Checkout', status: 'partial_outage', isRoot: true, isRecovered: false }],
  ...linked,
})

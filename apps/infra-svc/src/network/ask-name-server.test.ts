import { freePort } from '@akashic/testbed'
import { askNameServer } from './ask-name-server.ts'
import { startNameServer, type Records } from './testing/name-server.ts'

const control = { name: 'kubernetes.default.svc.cluster.local', address: '10.96.0.1' }
const known = { [control.name]: control.address }
const tried = ['db.shop.svc.cluster.local.', 'db.svc.cluster.local.', 'db.']

async function ask(records: Records, deadlineMs = 5_000) {
  const server = await startNameServer(records)
  try {
    return { ...(await askNameServer(server.address, tried, control, deadlineMs)), asked: server.asked }
  } finally {
    server.stop()
  }
}

describe('a name service that is asked', () => {
  test('answers the first of the names that it knows, and is asked no further', async () => {
    const answer = await ask({ ...known, 'db.svc.cluster.local': '10.96.0.9' })
    expect(answer).toMatchObject({ status: 'resolves', name: 'db.svc.cluster.local.', addresses: ['10.96.0.9'] })
    expect(answer.asked).toEqual([control.name, 'db.shop.svc.cluster.local', 'db.svc.cluster.local'])
  })

  test('knows none of the names, or fails at one', async () => {
    expect(await ask(known)).toMatchObject({ status: 'not_found' })
    expect(await ask({ ...known, db: 'SERVFAIL' })).toMatchObject({
      status: 'failing',
      says: 'it answers ESERVFAIL for db',
    })
  })

  test('is another one when it does not know the cluster: nothing of what it says counts', async () => {
    for (const records of [{ db: '192.0.2.1' }, { [control.name]: '192.0.2.2', db: '192.0.2.1' }]) {
      expect(await ask(records)).toMatchObject({ status: 'unknown', says: expect.stringContaining('not this cluster') })
    }
  })

  test('is unknown when it is silent or not there, and never well', async () => {
    expect(await ask({ [control.name]: 'silent' }, 200)).toMatchObject({
      status: 'unknown',
      says: expect.stringContaining('does not answer from here'),
    })
    expect(await ask({ ...known, 'db.shop.svc.cluster.local': 'silent' }, 500)).toMatchObject({ status: 'unknown' })
    const nobody = `127.0.0.1:${await freePort()}`
    expect(await askNameServer(nobody, tried, control, 500)).toMatchObject({ status: 'unknown', addresses: [] })
  })
})

import { connect } from 'node:net'
import { startHttp } from '@akashic/testbed'
import { guardedLookup } from './guarded-lookup.ts'
import { resolveGuarded } from './resolve-guarded.ts'

const rules = { allowHosts: [] }

test('a socket reaches a name whose addresses are allowed', async () => {
  const server = await startHttp((_, response) => response.end())
  const address = await new Promise((resolve, reject) => {
    const socket = connect({ host: 'localhost', port: server.port, lookup: guardedLookup(rules) })
    socket.once('error', reject)
    socket.once('connect', () => {
      resolve(socket.remoteAddress)
      socket.destroy()
    })
  })
  expect(address).toBe('127.0.0.1')
  await server.stop()
})

test('a name that the resolver turns into a forbidden address is refused, however it is spelt', async () => {
  const spellings = ['2852039166', '0xa9fea9fe', '169.16689662']
  for (const spelling of spellings) {
    await expect(resolveGuarded(spelling, rules)).rejects.toMatchObject({ code: 'permission_denied' })
    const error = await new Promise((resolve) => {
      connect({ host: spelling, port: 80, lookup: guardedLookup(rules) }).once('error', resolve)
    })
    expect(error).toMatchObject({ code: 'permission_denied' })
  }
})

test('a forbidden address is given only to who allows it by name', async () => {
  await expect(resolveGuarded('169.254.169.254', rules)).rejects.toMatchObject({ code: 'permission_denied' })
  const allowed = await resolveGuarded('169.254.169.254', { allowHosts: ['169.254.169.254'] })
  expect(allowed).toEqual({ address: '169.254.169.254', family: 4 })
})

test('a name is resolved to an address, and one that does not exist says why not', async () => {
  expect(['127.0.0.1', '::1']).toContain((await resolveGuarded('localhost', rules)).address)
  await expect(resolveGuarded('no-such-host.invalid', rules)).rejects.toMatchObject({ code: 'ENOTFOUND' })
})

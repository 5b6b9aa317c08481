import fc from 'fast-check'
import { OpsError } from '../errors/index.ts'
import { assertAddressAllowed, isForbiddenAddress } from './forbidden-address.ts'

test.each([
  '169.254.169.254',
  '169.254.0.1',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
  'fe80::1',
  'fe80::1%eth0',
  'fd00:ec2::254',
  'fd20:ce::254',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '::169.254.169.254',
  '64:ff9b::169.254.169.254',
  '2002:a9fe:a9fe::1',
  'not an address',
])('%s is forbidden', (address) => {
  expect(isForbiddenAddress(address)).toBe(true)
})

test.each(['127.0.0.1', '::1', '10.0.0.1', '192.168.1.1', '203.0.113.9', '2001:db8::1', 'fd12::1', '::ffff:10.0.0.1'])(
  '%s is allowed: operators watch their own networks',
  (address) => {
    expect(isForbiddenAddress(address)).toBe(false)
  },
)

test('every link-local address is forbidden, also when IPv6 carries it', () => {
  fc.assert(
    fc.property(fc.nat(255), fc.nat(255), (third, fourth) => {
      const address = `169.254.${third}.${fourth}`
      expect([address, `::ffff:${address}`, `64:ff9b::${address}`].every(isForbiddenAddress)).toBe(true)
    }),
  )
})

test('an exception is made by the name of the host or by the address', () => {
  const admit = (allowHosts: string[]) => () => assertAddressAllowed('169.254.169.254', 'metadata.internal', allowHosts)
  expect(admit([])).toThrow(OpsError)
  expect(admit(['other.internal'])).toThrow('not allowed')
  expect(admit(['metadata.internal'])).not.toThrow()
  expect(admit(['169.254.169.254'])).not.toThrow()
})

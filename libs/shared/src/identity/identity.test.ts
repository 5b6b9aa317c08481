import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FakeClock } from '../clock/index.ts'
import {
  createIdentitySigner,
  createIdentityVerifier,
  generateIdentityKeys,
  readIdentityKeys,
  roleIncludes,
  roles,
} from './index.ts'
import type { Principal } from './index.ts'

const alice: Principal = { id: 'p1', name: 'Alice', kind: 'person', role: 'responder', scope: ['web', 'db'] }
const audience = 'akashic.status.v1.StatusService'
const refused = { name: 'OpsError', code: 'unauthenticated' }

const keys = generateIdentityKeys()
const strangers = generateIdentityKeys()
let clock: FakeClock
beforeEach(() => {
  clock = new FakeClock(1_800_000_000_000)
})

const sign = (from = keys) => createIdentitySigner(from.privateKey, clock)(alice, audience)
const verify = (token: string, by = keys.publicKeys, forAudience = audience) =>
  createIdentityVerifier(by, clock)(token, forAudience)

describe('an identity token', () => {
  test('brings the whole principal across', async () => {
    expect(await verify(await sign())).toEqual(alice)
  })

  test('holds for a minute, and half a minute more for clocks that differ', async () => {
    const token = await sign()
    clock.advance(85_000)
    expect(await verify(token)).toEqual(alice)
    clock.advance(10_000)
    await expect(verify(token)).rejects.toMatchObject(refused)
  })

  test('is refused when it comes from the future', async () => {
    const token = await sign()
    clock = new FakeClock(clock.now() - 31_000)
    await expect(verify(token)).rejects.toMatchObject(refused)
  })

  test('is refused by another service than it was made for', async () => {
    await expect(verify(await sign(), keys.publicKeys, 'akashic.infra.v1.InfraService')).rejects.toMatchObject(refused)
  })

  test('is refused when a stranger signed it', async () => {
    await expect(verify(await sign(strangers))).rejects.toMatchObject(refused)
  })

  test('is refused when its role was changed on the way', async () => {
    const [header, payload, signature] = (await sign()).split('.') as [string, string, string]
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
    const forged = Buffer.from(JSON.stringify({ ...claims, role: 'admin' })).toString('base64url')
    await expect(verify(`${header}.${forged}.${signature}`)).rejects.toMatchObject(refused)
  })

  test('is refused without a signature', async () => {
    const [, payload] = (await sign()).split('.') as [string, string]
    const header = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')
    await expect(verify(`${header}.${payload}.`)).rejects.toMatchObject(refused)
    await expect(verify('no token at all')).rejects.toMatchObject(refused)
  })

  test('of the old key and of the new one both hold while keys are changed', async () => {
    const both = [...keys.publicKeys, ...strangers.publicKeys]
    expect(await verify(await sign(keys), both)).toEqual(alice)
    expect(await verify(await sign(strangers), both)).toEqual(alice)
  })
})

describe('key files', () => {
  let dir: string
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'akashic-identity-'))
  })
  afterEach(() => rm(dir, { recursive: true }))

  test('with one private and several public keys are read', async () => {
    const pem = (from: typeof keys) => from.publicKeys[0]!.export({ type: 'spki', format: 'pem' }).toString()
    await writeFile(join(dir, 'private.pem'), keys.privateKey.export({ type: 'pkcs8', format: 'pem' }))
    await writeFile(join(dir, 'public.pem'), `${pem(strangers)}${pem(keys)}`)
    const read = await readIdentityKeys(join(dir, 'private.pem'), join(dir, 'public.pem'))
    expect(await verify(await sign(read), read.publicKeys)).toEqual(alice)
    expect(await verify(await sign(strangers), read.publicKeys)).toEqual(alice)
  })

  test('that are missing, or hold another kind of key, are refused by name', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })
    await writeFile(join(dir, 'rsa.pem'), rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }))
    for (const name of ['missing.pem', 'rsa.pem']) {
      await expect(readIdentityKeys(join(dir, name), join(dir, name))).rejects.toMatchObject({
        code: 'failed_precondition',
        message: expect.stringContaining(name),
      })
    }
  })
})

test('each role includes itself and those before it, and none after it', () => {
  for (const [rank, role] of roles.entries()) {
    for (const [needed, other] of roles.entries()) expect(roleIncludes(role, other)).toBe(needed <= rank)
  }
})

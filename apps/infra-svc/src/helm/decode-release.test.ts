import { gzipSync } from 'node:zlib'
import { decodeRelease } from './decode-release.ts'

const stored = {
  name: 'front',
  namespace: 'shop',
  version: 3,
  info: {
    status: 'deployed',
    first_deployed: '2026-11-20T11:00:00Z',
    last_deployed: '',
    description: 'Upgrade complete',
  },
  chart: { metadata: { name: 'web', version: '1.2.0', appVersion: '7' } },
  config: { a: 1 },
  manifest: 'kind: ConfigMap',
}
const pack = (content: Buffer | string): string =>
  Buffer.from(Buffer.from(content).toString('base64')).toString('base64')
const packed = (release: object): string => pack(gzipSync(JSON.stringify(release)))

describe('a stored release', () => {
  test('is decoded', async () => {
    expect(await decodeRelease(packed(stored))).toMatchObject({
      name: 'front',
      version: 3,
      info: { status: 'deployed', first_deployed: Date.parse('2026-11-20T11:00:00Z'), last_deployed: null },
      hooks: [],
    })
  })

  test('of an early Helm, not compressed, is decoded too', async () => {
    expect(await decodeRelease(pack(JSON.stringify(stored)))).toMatchObject({ name: 'front' })
  })

  test('reads a time that was never set, as Go writes it, as none', async () => {
    const release = { ...stored, info: { ...stored.info, first_deployed: '0001-01-01T00:00:00Z' } }
    expect((await decodeRelease(packed(release))).info.first_deployed).toBeNull()
  })

  test('that unpacks to more than 20 MiB is refused', async () => {
    await expect(decodeRelease(pack(gzipSync(Buffer.alloc(21 * 2 ** 20))))).rejects.toMatchObject({ kind: 'too_large' })
  })

  test.each([
    ['nothing', '', 'holds no release'],
    ['a broken gzip', pack(gzipSync('{}').subarray(0, 12)), 'gzip is broken'],
    ['no JSON', pack(gzipSync('{"password": hunter2')), 'is no JSON'],
    ['another shape', packed({ name: 'front', version: 'hunter2', info: {} }), 'version, info.status'],
  ])('that is %s is refused, with nothing of it told', async (_, data, message) => {
    const error = await decodeRelease(data).catch((thrown: unknown) => thrown as Error & { cause?: unknown })
    expect(error).toMatchObject({ name: 'ReleaseError', kind: 'not_a_release' })
    expect((error as Error).message).toContain(message)
    expect(JSON.stringify([(error as Error).message, (error as Error).cause])).not.toContain('hunter2')
  })
})

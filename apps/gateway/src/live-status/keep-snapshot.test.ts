import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryCache } from '@akashic/shared/cache'
import { FakeClock } from '@akashic/shared/clock'
import { pino } from 'pino'
import { aComponent, aMessage } from '../testing/scripted-status-service.ts'
import { aTold } from '../testing/told-builders.ts'
import { createToldKeeper } from '../told/keep-told.ts'
import type { Told } from '../told/told.ts'
import { createSnapshotKeeper } from './keep-snapshot.ts'
import { createLiveStatus } from './live-status.ts'
import { applyMessage } from './snapshot.ts'
import type { Snapshot } from './snapshot.ts'

const clock = new FakeClock()
const cache = createMemoryCache({ maxBytes: 1_000_000, clock })
const folders: string[] = []

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

async function aFolder(): Promise<string> {
  folders.push(await mkdtemp(join(tmpdir(), 'snapshot-')))
  return folders.at(-1)!
}

function aKeeper(dataDir: string, snapshot?: Snapshot) {
  const live = createLiveStatus(clock)
  if (snapshot) live.accept(snapshot)
  return createSnapshotKeeper({ dataDir, cache, live, log: pino({ level: 'silent' }) })
}

const asOf = (asOfMs: number): Snapshot =>
  applyMessage(null, aMessage({ isFull: true, components: [aComponent({ id: 'web' })], generatedAtMs: 1 }), asOfMs)

beforeEach(async () => cache.delete('gateway:status-snapshot'))

test('a replica with an empty disk takes up what another one left in the cache', async () => {
  await aKeeper(await aFolder(), asOf(5)).save()
  expect(await aKeeper(await aFolder()).load()).toEqual(asOf(5))
})

test('of disk and cache the newer one is believed', async () => {
  const folder = await aFolder()
  await aKeeper(folder, asOf(7)).save()
  await aKeeper(await aFolder(), asOf(5)).save()
  expect(await aKeeper(folder).load()).toEqual(asOf(7))
  await aKeeper(await aFolder(), asOf(9)).save()
  expect(await aKeeper(folder).load()).toEqual(asOf(9))
})

test('a disk that takes nothing does no harm', async () => {
  const folder = await aFolder()
  await aKeeper(join(folder, 'missing'), asOf(3)).save()
  expect(await aKeeper(folder).load()).toEqual(asOf(3))
})

test('a snapshot that was kept before there were words is still taken up', async () => {
  const folder = await aFolder()
  const { toldVersion: _, ...earlier } = asOf(3)
  await writeFile(join(folder, 'status-snapshot.json'), JSON.stringify(earlier))
  expect(await aKeeper(folder).load()).toEqual(asOf(3))
})

test('what the public is told is kept beside it, and taken up from the disk or from another replica', async () => {
  const aToldKeeper = (dataDir: string, told?: Told) => {
    const live = createLiveStatus(clock)
    if (told) live.acceptTold(told)
    return createToldKeeper({ dataDir, cache, live, log: pino({ level: 'silent' }) })
  }
  const [folder, other] = [await aFolder(), await aFolder()]
  await aToldKeeper(folder, aTold({ version: 4 })).save()
  await cache.delete('gateway:status-told')
  expect(await aToldKeeper(folder).load()).toEqual(aTold({ version: 4 }))
  await aToldKeeper(other, aTold({ version: 5 })).save()
  expect(await aToldKeeper(folder).load()).toEqual(aTold({ version: 5 }))
  await writeFile(join(other, 'status-told.json'), '{"version":')
  await cache.delete('gateway:status-told')
  expect(await aToldKeeper(other).load()).toBeNull()
})

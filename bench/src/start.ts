import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProduct } from './product.ts'
import { median, type Report } from './table.ts'

const rounds = 5
const config = 'components: []\n'

/** From `node` to ready on a data folder that an earlier run has made. */
export async function run(): Promise<Report> {
  const scratch = await mkdtemp(join(tmpdir(), 'akashic-bench-start-'))
  const dataDir = join(scratch, 'data')
  const fresh = await timeStart(dataDir)
  const starts: number[] = []
  const bare: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    starts.push(await timeStart(dataDir))
    const before = performance.now()
    spawnSync(process.execPath, ['-e', '0'])
    bare.push(performance.now() - before)
  }
  await rm(scratch, { recursive: true, force: true })
  const ours = median(starts)
  return {
    rows: [
      {
        measure: 'start on an initialised folder, median of 5',
        ours: `${ours.toFixed(0)} ms`,
        floor: `${median(bare).toFixed(0)} ms (node -e 0)`,
        ratio: (ours / median(bare)).toFixed(1),
        aim: '< 3000 ms',
        met: ours < 3000,
      },
      { measure: 'first start, which makes the database', ours: `${fresh.toFixed(0)} ms` },
    ],
    raw: { startsMs: starts, bareMs: bare, freshMs: fresh },
  }
}

async function timeStart(dataDir: string): Promise<number> {
  const before = performance.now()
  const product = await startProduct({ config, dataDir })
  const ready = performance.now() - before
  await product.stop()
  return ready
}

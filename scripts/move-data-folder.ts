import { stat } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { claimDataFolder } from '@akashic/shared/data-folder'
import { OpsError } from '@akashic/shared/errors'
import { moveCluster } from '@akashic/shared/postgres'
import { pino } from 'pino'

const usage = `Moves the embedded database of a data folder to the Postgres version that this release brings.

usage: npm run data:move -- [DATA_DIR] [--bin DIR]

  DATA_DIR  default: AKASHIC_DATA_DIR, else .akashic
  --bin     folder of postgres, pg_dump and pg_restore of the old version; default: where packages put them

examples:
  npm run data:move
  npm run data:move -- /srv/akashic
  npm run data:move -- /srv/akashic --bin /opt/postgres-17/bin`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { bin: { type: 'string' }, help: { type: 'boolean' } },
})
const path = positionals[0] ?? process.env.AKASHIC_DATA_DIR ?? '.akashic'

async function move(): Promise<void> {
  await stat(path).catch((cause: unknown) => {
    throw new OpsError('failed_precondition', `there is no data folder ${path}`, { cause })
  })
  const folder = await claimDataFolder(path)
  const kept = await moveCluster({
    dataDir: folder.dir,
    ...(values.bin !== undefined && { oldBinaries: values.bin }),
    log: pino({ level: 'warn' }),
    say: (step) => console.log(step),
  })
  folder.release()
  console.log(`Moved. The old database is kept in ${kept}; once all is well, remove it: rm -r ${kept}`)
}

if (values.help) console.log(usage)
else
  await move().catch((error: unknown) => {
    console.error(error instanceof OpsError ? error.message : error)
    process.exitCode = 1
  })

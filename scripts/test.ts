/** Runs the tests on one temporary Postgres and closes with `N passed, N failed, N skipped`. Arguments go to jest. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestPostgres } from '@akashic/testbed'

interface JestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  numRuntimeErrorTestSuites: number
  testResults: { assertionResults: { status: string; ancestorTitles: string[] }[] }[]
}

async function runJest(reportFile: string, databaseUrl: string): Promise<number> {
  const jest = spawn(
    process.execPath,
    ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${reportFile}`, ...process.argv.slice(2)],
    {
      stdio: ['inherit', 'ignore', 'inherit'],
      env: {
        ...process.env,
        NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
        NX_DAEMON: 'false',
        AKASHIC_TEST_DATABASE_URL: databaseUrl,
      },
    },
  )
  return new Promise((resolve) => jest.on('close', (code) => resolve(code ?? 1)))
}

/** Suites whose real part is missing are named `... (needs PART)`; each is listed with its number of tests. */
function skippedByPart(report: JestReport): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { status, ancestorTitles } of report.testResults.flatMap((file) => file.assertionResults)) {
    const needs = ancestorTitles.find((title) => title.startsWith('needs '))
    if (status === 'pending' && needs) counts.set(needs, (counts.get(needs) ?? 0) + 1)
  }
  return counts
}

const scratch = await mkdtemp(join(tmpdir(), 'akashic-test-'))
const postgres = await startTestPostgres()
let exitCode = 1
try {
  const reportFile = join(scratch, 'report.json')
  exitCode = await runJest(reportFile, postgres.url)
  const report = JSON.parse(await readFile(reportFile, 'utf8')) as JestReport
  const skipped = skippedByPart(report)
  if (skipped.size > 0) {
    console.log('\nSkipped, because a real part is not on this machine (npm run testbed installs them):')
    for (const [part, tests] of skipped) console.log(`  ${part.padEnd(28)} ${tests} tests`)
  }
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites
  console.log(
    `\n${report.numPassedTests} passed, ${failed} failed, ${report.numPendingTests + report.numTodoTests} skipped`,
  )
} finally {
  await postgres.stop()
  await rm(scratch, { recursive: true, force: true })
}
process.exitCode = exitCode

import type { LoadTestSummary } from './summary.ts'

/** The results as JUnit XML: every threshold and every check is a test case. */
export function junitReport({ name, elapsedMs, startedAt, thresholds, checks }: LoadTestSummary): string {
  const ofThresholds = thresholds.map(({ metric, expression, outcome, value }) =>
    testCase(
      'thresholds',
      `${metric}: ${expression}`,
      outcome === 'passed' ? null : outcome === 'unknown' ? 'nothing was measured' : `it was ${value}`,
    ),
  )
  const ofChecks = checks.map(({ scenario, name: check, passed, failed }) =>
    testCase(`checks.${scenario}`, check, failed === 0 ? null : `${failed} of ${passed + failed} failed`),
  )
  const suites = [
    suite('thresholds', ofThresholds, startedAt, elapsedMs),
    suite('checks', ofChecks, startedAt, elapsedMs),
  ]
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${escaped(name)}">\n${suites.join('\n')}\n</testsuites>\n`
}

interface TestCase {
  readonly xml: string
  readonly isFailed: boolean
}

function testCase(group: string, name: string, problem: string | null): TestCase {
  const open = `    <testcase classname="${escaped(group)}" name="${escaped(name)}"`
  const xml = problem === null ? `${open}/>` : `${open}><failure message="${escaped(problem)}"/></testcase>`
  return { xml, isFailed: problem !== null }
}

function suite(name: string, cases: readonly TestCase[], startedAt: string, elapsedMs: number): string {
  const failures = cases.filter(({ isFailed }) => isFailed).length
  const head = `  <testsuite name="${name}" tests="${cases.length}" failures="${failures}" time="${elapsedMs / 1_000}" timestamp="${startedAt}">`
  return [head, ...cases.map(({ xml }) => xml), '  </testsuite>'].join('\n')
}

/** What XML 1.0 cannot hold is left out. */
const escaped = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

import type { Queryable } from '@akashic/shared/postgres'
import { qualityReport } from './quality-report.ts'
import { readFiring, readNewest, type ResponseFilter } from './store.ts'

const usualWindow = 100
const longestWindow = 1_000

/** The report over the newest answers, and the signals of each model whose change was noticed. */
export async function readQuality({ db }: { readonly db: Queryable }, asked: ResponseFilter) {
  const window = Math.min(asked.window > 0 ? asked.window : usualWindow, longestWindow)
  const { responses, ratings } = await readNewest(db, { ...asked, window })
  return { window, report: qualityReport(responses, ratings), firing: await readFiring(db) }
}

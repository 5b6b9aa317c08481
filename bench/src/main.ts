/** `npm run bench -- NAME`: runs one benchmark, prints its table and keeps the raw figures in bench/results. */
import { printTable, saveRaw, type Report } from './table.ts'

const benches: Readonly<Record<string, () => Promise<{ run(): Promise<Report> }>>> = {
  status: () => import('./status.ts'),
  checks: () => import('./checks.ts'),
  start: () => import('./start.ts'),
  incident: () => import('./incident.ts'),
  outbox: () => import('./outbox.ts'),
  page: () => import('./page.ts'),
  notify: () => import('./notify.ts'),
  'ai-proxy': () => import('./ai-proxy.ts'),
  'ai-failover': () => import('./ai-failover.ts'),
  cluster: () => import('./cluster.ts'),
  db: () => import('./db.ts'),
  loadtest: () => import('./loadtest.ts'),
}

const name = process.argv[2] ?? ''
const load = benches[name]
if (!load) {
  console.error(`No benchmark is called "${name}". There are: ${Object.keys(benches).join(', ')}.`)
  process.exit(2)
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
const { run } = await load()
const report = await run()
printTable(name, report.rows)
await saveRaw(name, report)
process.exit(0)

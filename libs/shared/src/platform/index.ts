import './thread-pool.ts'
import './heap-growth.ts'

export { runProcess } from './run-process.ts'
export type { ModuleToRun, ProcessOptions, RunContext } from './run-process.ts'

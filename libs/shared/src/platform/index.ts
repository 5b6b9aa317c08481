import './thread-pool.ts'

export { runProcess } from './run-process.ts'
export type { ModuleToRun, ProcessOptions, RunContext } from './run-process.ts'

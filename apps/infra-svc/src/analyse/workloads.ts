import type { Analyser } from './analyser.ts'
import { configMissing } from './workload/config-missing.ts'
import { createRefused } from './workload/create-refused.ts'
import { jobFailed } from './workload/jobs.ts'
import { stuck } from './workload/stuck.ts'
import { unavailable } from './workload/unavailable.ts'

export const workloadAnalysers: readonly Analyser[] = [unavailable, stuck, createRefused, jobFailed, configMissing]

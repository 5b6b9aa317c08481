import type { Analyser } from './analyser.ts'
import { configMissing } from './workload/config-missing.ts'
import { createRefused } from './workload/create-refused.ts'
import { cronJobs } from './workload/cron-jobs.ts'
import { jobFailed } from './workload/jobs.ts'
import { misscheduled } from './workload/misscheduled.ts'
import { paused } from './workload/paused.ts'
import { statefulSetService } from './workload/statefulset-service.ts'
import { statefulSetStuck } from './workload/statefulset-stuck.ts'
import { stuck } from './workload/stuck.ts'
import { unavailable } from './workload/unavailable.ts'

export const workloadAnalysers: readonly Analyser[] = [
  unavailable,
  stuck,
  statefulSetStuck,
  statefulSetService,
  paused,
  misscheduled,
  createRefused,
  jobFailed,
  cronJobs,
  configMissing,
]

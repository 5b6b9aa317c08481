import type { Analyser } from './analyser.ts'
import { configError } from './pod/config-error.ts'
import { crashLoop } from './pod/crash-loop.ts'
import { evicted } from './pod/evicted.ts'
import { imagePull } from './pod/image-pull.ts'
import { mountFailed } from './pod/mount-failed.ts'
import { notReady, stuckTerminating } from './pod/not-ready.ts'
import { outOfMemory } from './pod/out-of-memory.ts'
import { probeFailing } from './pod/probe-failing.ts'
import { restarting } from './pod/restarting.ts'
import { schedulingGated } from './pod/scheduling-gated.ts'
import { unschedulable } from './pod/unschedulable.ts'

export const podAnalysers: readonly Analyser[] = [
  unschedulable,
  schedulingGated,
  imagePull,
  configError,
  mountFailed,
  crashLoop,
  outOfMemory,
  probeFailing,
  notReady,
  restarting,
  evicted,
  stuckTerminating,
]

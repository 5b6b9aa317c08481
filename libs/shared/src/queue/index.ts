export { RetryLater } from './queue.ts'
export type { Job, JobOptions, Queue, QueueDefinition } from './queue.ts'
export { createQueue, type QueueOptions } from './create-queue.ts'

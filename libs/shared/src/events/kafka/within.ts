import { OpsError } from '../../errors/index.ts'

/** What `work` gives, if it does so within `ms`.
 *  @throws OpsError deadline_exceeded; `work` may go on then. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    late.reject(new OpsError('deadline_exceeded', `Kafka has not answered within ${ms / 1_000} s`))
  }, ms)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
    work.catch(() => undefined)
  }
}

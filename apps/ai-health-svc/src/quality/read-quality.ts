import type { AiProvider, AiSettings } from '@akashic/config'
import { OpsError } from '@akashic/shared/errors'
import type { Queryable } from '@akashic/shared/postgres'
import { qualityReport } from './quality-report.ts'
import { readFiring, readNewest, type ResponseFilter } from './store.ts'

export interface ReadQualityDeps {
  readonly db: Queryable
  readonly settings: () => AiSettings
}

const usualWindow = 100
const longestWindow = 1_000

/** The report over the newest answers, and the signals of each model whose change was noticed. */
export async function readQuality({ db, settings }: ReadQualityDeps, asked: ResponseFilter) {
  const { providers } = settings()
  const isThere = (provider: string, model: string): boolean =>
    providers.some(({ name, models }) => name === provider && models.some(({ id }) => id === model))
  const window = Math.min(asked.window > 0 ? asked.window : usualWindow, longestWindow)
  const { responses, ratings } = await readNewest(db, { ...asked, window })
  if (responses.length === 0) refuseUnknown(asked, providers)
  const firing = (await readFiring(db)).filter(
    ({ provider, model }) =>
      isThere(provider, model) &&
      (asked.provider === '' || asked.provider === provider) &&
      (asked.model === '' || asked.model === model),
  )
  return { window, report: qualityReport(responses, ratings), firing }
}

/** Nothing is known of what is neither recorded nor configured: a name that was mistyped.
 *  @throws OpsError invalid_argument. */
function refuseUnknown({ provider, model }: ResponseFilter, providers: readonly AiProvider[]): void {
  const fields = [
    ...(provider === '' || providers.some(({ name }) => name === provider)
      ? []
      : [{ pointer: '/provider', detail: `there is no AI provider ${provider}` }]),
    ...(model === '' || providers.some(({ models }) => models.some(({ id }) => id === model))
      ? []
      : [{ pointer: '/model', detail: `no provider has the model ${model}` }]),
  ]
  if (fields.length > 0) throw new OpsError('invalid_argument', `${fields[0]!.detail}.`, { fields })
}

import { OpsError } from '@akashic/shared/errors'
import type { RpcClientOf } from '@akashic/shared/rpc'

/** A client whose refusals name the fields as REST does: the called service knows its own messages only.
 *  `componentId` is `component` here, `componentIds` `components`, and an instant in milliseconds (`dueAtMs`) is one in ISO 8601 (`dueAt`). */
export function inRestTerms<Service>(client: RpcClientOf<Service>): RpcClientOf<Service> {
  const calls = Object.entries(client as Record<string, (...args: unknown[]) => Promise<unknown>>)
  const inTerms = calls.map(([name, call]) => [
    name,
    async (...args: unknown[]) =>
      call(...args).catch((error: unknown) => {
        throw error instanceof OpsError ? refusalInRestTerms(error) : error
      }),
  ])
  return Object.fromEntries(inTerms) as RpcClientOf<Service>
}

function refusalInRestTerms(error: OpsError): OpsError {
  const { code, fields, extra, message } = error
  if (fields.length === 0) return error
  const names = fields.map(({ pointer }) => pointer.split('/')[1] ?? '')
  const detail = names.reduce((text, name) => (name === '' ? text : text.replaceAll(name, restName(name))), message)
  const renamed = fields.map(({ pointer, detail }, index) => ({
    pointer: pointer.replace(names[index]!, restName(names[index]!)),
    detail,
  }))
  return new OpsError(code, detail, { fields: renamed, extra: { ...extra }, cause: error })
}

const restName = (name: string): string =>
  name.replace(/omponentId(s?)$/, 'omponent$1').replace(/(At|For|Until)Ms$/, '$1')

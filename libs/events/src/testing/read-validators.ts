import { readFile } from 'node:fs/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { parse } from 'yaml'
import { catalogue } from '../index.ts'

export const docs = new URL('../../../../docs/', import.meta.url)

export interface Validators {
  /** Whether the schema of `type` accepts `data`, as JSON carries it. */
  accepts(type: string, data: unknown): boolean
  /** What is wrong with the headers of a message of the AsyncAPI document; empty when nothing is. */
  faultsOfHeaders(message: string, headers: Readonly<Record<string, string>>): readonly string[]
}

/** What the published documents accept. */
export async function readValidators(): Promise<Validators> {
  const ajv = new Ajv2020({ allErrors: true })
  formats.default(ajv)
  for (const { type } of catalogue) {
    const text = await readFile(new URL(`schemas/events/${type}.json`, docs), 'utf8')
    ajv.addSchema(JSON.parse(text) as object, type)
  }
  const { components } = parse(await readFile(new URL('asyncapi.yaml', docs), 'utf8')) as { components: object }
  ajv.addVocabulary(['components'])
  ajv.addSchema({ components }, 'asyncapi')
  return {
    accepts: (type, data) => ajv.validate(type, JSON.parse(JSON.stringify(data))),
    faultsOfHeaders: (message, headers) => {
      ajv.validate(`asyncapi#/components/messages/${message}/headers`, headers)
      return (ajv.errors ?? []).map(({ instancePath, message: fault }) => `${instancePath} ${fault}`)
    },
  }
}

import type { Enum, Field, Method, NamespaceBase, ReflectionObject, Root, Service, Type } from 'protobufjs'
import protobuf from 'protobufjs'

const scalars: Readonly<Record<string, string>> = {
  double: 'number',
  float: 'number',
  int32: 'number',
  uint32: 'number',
  sint32: 'number',
  fixed32: 'number',
  sfixed32: 'number',
  int64: 'number',
  uint64: 'number',
  sint64: 'number',
  fixed64: 'number',
  sfixed64: 'number',
  bool: 'boolean',
  string: 'string',
  bytes: 'Buffer',
}

/** TypeScript for the messages, enums and services that `protoFiles` declare, as @grpc/proto-loader decodes them
 *  with `longs: Number, enums: String, defaults: true`: an absent message is null, an absent optional is left out. */
export function typesOf(root: Root, protoFiles: readonly string[]): string {
  root.resolveAll()
  const all = declarations(root)
  // The files are read at once, so that the order within `root` is not always the same.
  const declared = protoFiles.flatMap((file) => all.filter((object) => object.filename?.endsWith(file)))
  const parts = declared.map((object) => {
    if (object instanceof protobuf.Enum) return enumType(object)
    if (object instanceof protobuf.Type) return messageType(object)
    return serviceType(object as Service)
  })
  return `// Generated from ${protoFiles.join(' and ')} by npm run generate. Not edited by hand.\n\n${parts.join('\n\n')}\n`
}

function declarations(namespace: NamespaceBase): ReflectionObject[] {
  return namespace.nestedArray.flatMap((object): ReflectionObject[] => {
    if (object instanceof protobuf.Type) return [object, ...declarations(object)]
    if (object instanceof protobuf.Enum || object instanceof protobuf.Service) return [object]
    return object instanceof protobuf.Namespace ? declarations(object) : []
  })
}

function enumType(type: Enum): string {
  const names = Object.keys(type.values).map((name) => `'${name}'`)
  return `${comment(type, '')}export type ${type.name} = ${names.join(' | ')}`
}

function messageType(type: Type): string {
  const fields = type.fieldsArray.map((field) => `${comment(field, '  ')}  ${fieldLine(field)}`)
  if (fields.length === 0) return `${comment(type, '')}export type ${type.name} = Record<string, never>`
  return `${comment(type, '')}export interface ${type.name} {\n${fields.join('\n')}\n}`
}

function fieldLine(field: Field): string {
  const type = typeName(field)
  if (field.map) return `${field.name}: Record<string, ${type}>`
  if (field.repeated) return `${field.name}: ${type}[]`
  if (field.partOf !== null) return `${field.name}?: ${type}`
  return field.resolvedType instanceof protobuf.Type ? `${field.name}?: ${type} | null` : `${field.name}: ${type}`
}

function typeName(field: Field): string {
  if (field.resolvedType !== null) return field.resolvedType.name
  const name = scalars[field.type]
  if (name === undefined) throw new Error(`${field.fullName}: no TypeScript type for ${field.type}`)
  return name
}

function serviceType(service: Service): string {
  const methods = service.methodsArray.map((method) => {
    const types = `request: ${bare(method.requestType)}; response: ${bare(method.responseType)}`
    return `${comment(method, '  ')}  ${camelCase(method.name)}: { kind: '${kindOf(method)}'; ${types} }`
  })
  return `${comment(service, '')}export interface ${service.name} {\n${methods.join('\n')}\n}`
}

function kindOf(method: Method): string {
  if (method.requestStream) throw new Error(`${method.fullName}: client streams are not used here`)
  return method.responseStream ? 'server-stream' : 'unary'
}

const bare = (qualified: string): string => qualified.slice(qualified.lastIndexOf('.') + 1)
const camelCase = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1)

function comment(object: ReflectionObject, indent: string): string {
  const text = object.comment?.replaceAll('\n', ' ').trim()
  return text ? `${indent}/** ${text} */\n` : ''
}

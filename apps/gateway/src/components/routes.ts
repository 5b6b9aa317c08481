import { componentId } from '@akashic/config'
import type { StatusService } from '@akashic/proto'
import { OpsError } from '@akashic/shared/errors'
import { listQuery, operatorRoute, pageOf } from '@akashic/shared/http'
import type { OperatorRequest, Reply, Route } from '@akashic/shared/http'
import type { CallOptions, RpcClientOf } from '@akashic/shared/rpc'
import type { Component } from '@akashic/proto'
import { z } from 'zod'
import { componentResource, componentResourceSchema, definitionSchema } from './component-resource.ts'

export const componentParams = z.strictObject({ id: componentId.describe('Id of a component.') })

/** Whom a call to another service is made for. */
export function callOptions(request: OperatorRequest<unknown, unknown, unknown>): CallOptions {
  const { principal, requestId, signal } = request
  return { principal, requestId, signal }
}

export function componentRoutes(client: RpcClientOf<StatusService>): Route[] {
  const one = { 200: { description: 'The component.', schema: componentResourceSchema } }
  return [
    operatorRoute({
      method: 'GET',
      path: '/api/v1/components',
      tag: 'Components',
      summary: 'List the components',
      role: 'viewer',
      query: z.strictObject(listQuery),
      answers: { 200: { description: 'A page of components.', schema: pageOf(componentResourceSchema) } },
      scopedTo: () => [],
      serve: async (request) => {
        const { components, nextCursor } = await client.listComponents(request.query, callOptions(request))
        const { scope } = request.principal
        const visible = scope ? components.filter(({ id }) => scope.includes(id)) : components
        return { body: { items: visible.map(componentResource), nextCursor: nextCursor || null } }
      },
    }),
    operatorRoute({
      method: 'GET',
      path: '/api/v1/components/{id}',
      tag: 'Components',
      summary: 'Show a component',
      role: 'viewer',
      params: componentParams,
      answers: one,
      scopedTo: ({ params }) => [params.id],
      serve: async (request) =>
        reply((await client.getComponent({ id: request.params.id }, callOptions(request))).component),
    }),
    ...changeRoutes(client),
  ]
}

function changeRoutes(client: RpcClientOf<StatusService>): Route[] {
  return [
    operatorRoute({
      method: 'POST',
      path: '/api/v1/components',
      tag: 'Components',
      summary: 'Create a component',
      role: 'operator',
      body: definitionSchema,
      answers: { 201: { description: 'The new component.', schema: componentResourceSchema } },
      serve: async (request) => {
        const definitionJson = JSON.stringify(request.sent)
        const { component } = await client.createComponent({ definitionJson }, callOptions(request))
        return reply(component, { status: 201, headers: { location: `/api/v1/components/${request.body.id}` } })
      },
    }),
    operatorRoute({
      method: 'PATCH',
      path: '/api/v1/components/{id}',
      tag: 'Components',
      summary: 'Change a component',
      description:
        'The body is a JSON merge patch (RFC 7396) of the definition. A component of akashic.yaml is changed there.',
      role: 'operator',
      params: componentParams,
      body: z.record(z.string(), z.unknown()),
      needsVersion: true,
      answers: { 200: { description: 'The component as changed.', schema: componentResourceSchema } },
      scopedTo: ({ params }) => [params.id],
      serve: async (request) => {
        const change = { id: request.params.id, version: request.version, patchJson: JSON.stringify(request.sent) }
        return reply((await client.updateComponent(change, callOptions(request))).component)
      },
    }),
    operatorRoute({
      method: 'DELETE',
      path: '/api/v1/components/{id}',
      tag: 'Components',
      summary: 'Delete a component',
      description: 'Its history is kept, and its id is never used again.',
      role: 'operator',
      params: componentParams,
      needsVersion: true,
      answers: { 204: { description: 'It is gone.' } },
      scopedTo: ({ params }) => [params.id],
      serve: async (request) => {
        await client.deleteComponent({ id: request.params.id, version: request.version }, callOptions(request))
        return {}
      },
    }),
  ]
}

function reply(component: Component | null | undefined, more: Partial<Reply> = {}): Reply {
  if (!component) throw new OpsError('internal', 'The status service answered without a component.')
  return { body: componentResource(component), version: component.version, ...more }
}

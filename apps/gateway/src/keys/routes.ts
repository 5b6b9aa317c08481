import { componentId, duration, line } from '@akashic/config'
import { decodeCursor, encodeCursor, instantMs, listQuery, operatorRoute, pageOf } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import { roles } from '@akashic/shared/identity'
import { z } from 'zod'
import { iso, isoOrNull } from '../instant.ts'
import { keyState } from './api-key.ts'
import type { ApiKey } from './api-key.ts'
import { createKey } from './create-key.ts'
import { listKeys } from './list-keys.ts'
import type { IssuedKey, KeyDeps } from './create-key.ts'
import { revokeKey } from './revoke-key.ts'
import { rotateKey } from './rotate-key.ts'

const keySchema = z
  .object({
    id: z.string(),
    principal: z.object({ id: z.string(), name: z.string(), kind: z.enum(['person', 'service']) }),
    role: z.enum(roles),
    scope: z.array(z.string()).nullable().describe('Components that it is limited to; null: all.'),
    state: z.enum(['active', 'expired', 'revoked']),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    revokedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Key' })

const issuedSchema = keySchema
  .extend({ key: z.string().describe('The key itself. It is told this once and never again.') })
  .meta({ id: 'IssuedKey' })

const keyInput = z.strictObject({
  principal: line().trim().min(1).max(120).describe('Name of the person or service that will hold it.'),
  kind: z.enum(['person', 'service']),
  role: z.enum(roles),
  scope: z.array(componentId).min(1).max(1_000).optional().describe('Components that it is limited to.'),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
})

const rotation = z.strictObject({
  overlap: duration
    .refine((ms) => ms <= 30 * 86_400_000, 'must be at most 30d')
    .prefault('0s')
    .describe('How long the old key still works, such as `1h`.'),
})

const params = z.strictObject({ id: z.uuid() })
const place = z.object({ atMs: instantMs, id: z.uuid() })
const issuedAnswer = { 201: { description: 'The new key.', schema: issuedSchema } }

export function keyRoutes(deps: KeyDeps): Route[] {
  const shown = (key: ApiKey) => keyResource(key, deps.clock.now())
  const issued = ({ key, secret }: IssuedKey) => ({ status: 201, body: { ...shown(key), key: secret } })
  return [
    operatorRoute({
      method: 'GET',
      path: '/api/v1/keys',
      tag: 'Keys',
      summary: 'List the keys, newest first',
      role: 'admin',
      query: z.strictObject(listQuery),
      answers: { 200: { description: 'A page of keys.', schema: pageOf(keySchema) } },
      serve: async ({ query: { limit, cursor } }) => {
        const { keys, next } = await listKeys(deps.db, limit, cursor === '' ? null : decodeCursor(place, cursor))
        const nextCursor = next && encodeCursor(next)
        return { body: { items: keys.map(shown), nextCursor } }
      },
    }),
    operatorRoute({
      method: 'POST',
      path: '/api/v1/keys',
      tag: 'Keys',
      summary: 'Create a key',
      role: 'admin',
      body: keyInput,
      answers: issuedAnswer,
      serve: async ({ body: { expiresAt, scope = null, ...rest }, actor }) => {
        const expiresAtMs = expiresAt === undefined ? null : Date.parse(expiresAt)
        return issued(await createKey(deps, { ...rest, scope, expiresAtMs }, actor))
      },
    }),
    operatorRoute({
      method: 'POST',
      path: '/api/v1/keys/{id}/rotate',
      tag: 'Keys',
      summary: 'Replace a key by a new one with the same rights',
      role: 'admin',
      params,
      body: rotation.prefault({}),
      answers: issuedAnswer,
      serve: async ({ params: { id }, body, actor }) => issued(await rotateKey(deps, id, body.overlap, actor)),
    }),
    operatorRoute({
      method: 'DELETE',
      path: '/api/v1/keys/{id}',
      tag: 'Keys',
      summary: 'Revoke a key',
      description: 'It is refused everywhere within 5 seconds.',
      role: 'admin',
      params,
      answers: { 200: { description: 'The key as revoked.', schema: keySchema } },
      serve: async ({ params: { id }, actor }) => ({ body: shown(await revokeKey(deps, id, actor)) }),
    }),
  ]
}

function keyResource(key: ApiKey, nowMs: number): z.infer<typeof keySchema> {
  return {
    id: key.id,
    principal: { id: key.principalId, name: key.principalName, kind: key.principalKind },
    role: key.role,
    scope: key.scope === null ? null : [...key.scope],
    state: keyState(key, nowMs),
    createdAt: iso(key.createdAtMs),
    expiresAt: isoOrNull(key.expiresAtMs),
    revokedAt: isoOrNull(key.revokedAtMs),
  }
}

import type { Role } from '@akashic/shared/identity'
import { sql } from '@akashic/shared/postgres'
import type { Queryable, Transaction } from '@akashic/shared/postgres'
import type { ApiKey } from './api-key.ts'

export interface PrincipalRow {
  readonly id: string
  readonly name: string
  readonly kind: 'person' | 'service'
}

interface KeyRow {
  readonly id: string
  readonly principal_id: string
  readonly name: string
  readonly kind: 'person' | 'service'
  readonly role: Role
  readonly scope: string[] | null
  readonly created_at: Date
  readonly expires_at: Date | null
  readonly revoked_at: Date | null
}

const selectKey = sql`
  SELECT k.id, k.principal_id, p.name, p.kind, k.role, k.scope, k.created_at, k.expires_at, k.revoked_at
    FROM platform.api_key k
    JOIN platform.principal p ON p.id = k.principal_id`

export const keyStore = {
  async findByHash(db: Queryable, hash: Buffer): Promise<ApiKey | null> {
    const [row] = await db.query<KeyRow>(sql`${selectKey} WHERE k.hash = ${hash}`)
    return row ? keyOf(row) : null
  },

  async lock(tx: Transaction, id: string): Promise<ApiKey | null> {
    const [row] = await tx.query<KeyRow>(sql`${selectKey} WHERE k.id = ${id} FOR UPDATE OF k`)
    return row ? keyOf(row) : null
  },

  /** Keys older than `before`, newest first. */
  async list(db: Queryable, limit: number, before: { atMs: number; id: string } | null): Promise<ApiKey[]> {
    const rows = await db.query<KeyRow>(sql`
      ${selectKey}
       WHERE ${before?.id ?? null}::uuid IS NULL
          OR (k.created_at, k.id) < (${before ? new Date(before.atMs) : null}::timestamptz, ${before?.id ?? null}::uuid)
       ORDER BY k.created_at DESC, k.id DESC
       LIMIT ${limit}`)
    return rows.map(keyOf)
  },

  async add(tx: Transaction, key: ApiKey, hash: Buffer): Promise<void> {
    await tx.query(sql`
      INSERT INTO platform.api_key (id, principal_id, hash, role, scope, created_at, expires_at)
      VALUES (${key.id}, ${key.principalId}, ${hash}, ${key.role}, ${key.scope}, ${new Date(key.createdAtMs)},
              ${key.expiresAtMs === null ? null : new Date(key.expiresAtMs)})`)
  },

  async saveEnd(tx: Transaction, key: ApiKey): Promise<void> {
    await tx.query(sql`
      UPDATE platform.api_key
         SET expires_at = ${key.expiresAtMs === null ? null : new Date(key.expiresAtMs)},
             revoked_at = ${key.revokedAtMs === null ? null : new Date(key.revokedAtMs)}
       WHERE id = ${key.id}`)
  },

  /** The principal of this name, made when there is none yet. */
  async principalNamed(tx: Transaction, wanted: PrincipalRow, nowMs: number): Promise<PrincipalRow> {
    await tx.query(sql`
      INSERT INTO platform.principal (id, name, kind, created_at)
      VALUES (${wanted.id}, ${wanted.name}, ${wanted.kind}, ${new Date(nowMs)})
      ON CONFLICT (name) DO NOTHING`)
    const [row] = await tx.query<PrincipalRow>(sql`
      SELECT id, name, kind
        FROM platform.principal
       WHERE name = ${wanted.name}`)
    return row!
  },

  /** Holds off every other process that may be making the first key. */
  async lockFirstKey(tx: Transaction): Promise<void> {
    await tx.query(sql`SELECT pg_advisory_xact_lock(hashtext('akashic first key'))`)
  },

  async hasActiveAdmin(db: Queryable, nowMs: number): Promise<boolean> {
    const rows = await db.query(sql`
      SELECT 1
        FROM platform.api_key
       WHERE role = 'admin' AND scope IS NULL AND revoked_at IS NULL
         AND (expires_at IS NULL OR expires_at > ${new Date(nowMs)})
       LIMIT 1`)
    return rows.length > 0
  },
}

function keyOf(row: KeyRow): ApiKey {
  return {
    id: row.id,
    principalId: row.principal_id,
    principalName: row.name,
    principalKind: row.kind,
    role: row.role,
    scope: row.scope,
    createdAtMs: row.created_at.getTime(),
    expiresAtMs: row.expires_at?.getTime() ?? null,
    revokedAtMs: row.revoked_at?.getTime() ?? null,
  }
}

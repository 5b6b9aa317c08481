import type { Judged } from '../../database/judged.ts'
import { counted } from '../../database/words.ts'
import type { Info } from '../info.ts'
import type { RedisTopic } from '../redis-topic.ts'

/** How many keys there are, and how many of them expire. */
export const keyspace: RedisTopic<Info> = {
  name: 'keyspace',
  rules: [],
  isHeavy: false,
  read: async ({ info }) => info(),
  judge: (info): Judged => {
    // Without this the section was left out: no database is then no proof that there is no key.
    info.need('keyspace_hits')
    const rows = info
      .groups('db')
      .filter(({ name }) => /^\d+$/.test(name))
      .map((each) => {
        const ttl = each.number('avg_ttl')
        return {
          ...{ database: each.name, keys: each.number('keys'), expires: each.number('expires') },
          ttlSeconds: ttl === null || ttl === 0 ? null : ttl / 1_000,
        }
      })
    const keys = rows.reduce((total, each) => total + (each.keys ?? 0), 0)
    return {
      says: rows.length === 0 ? 'it holds no key' : `${counted(keys, 'key')} in ${counted(rows.length, 'database')}`,
      tables: [
        {
          title: 'Keys',
          columns: [
            { key: 'database', heading: 'DATABASE', unit: 'text' },
            { key: 'keys', heading: 'KEYS', unit: 'count' },
            { key: 'expires', heading: 'EXPIRE', unit: 'count' },
            { key: 'ttlSeconds', heading: 'LIVE ON AVERAGE', unit: 'seconds' },
          ],
          rows,
        },
      ],
      ...{ findings: [], unknown: [] },
    }
  },
}

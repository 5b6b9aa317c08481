import { sql } from '@akashic/shared/postgres'

/** Settings as the server has them, not as our own transaction was told. */
export const settingValues = (names: readonly string[]) => sql`
  SELECT name, reset_val AS value, coalesce(unit, '') AS unit, boot_val AS "usual", source,
         pending_restart AS "isPending"
    FROM pg_settings
   WHERE name = ANY (${[...names]}::text[]) OR pending_restart
   ORDER BY name`

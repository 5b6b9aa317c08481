import { z } from 'zod'

const units: Readonly<Record<string, number>> = { MB: 1_048_576, GB: 1_073_741_824, TB: 1_099_511_627_776 }
const pattern = /^(\d{1,7})(MB|GB|TB)$/

/** An amount of memory as written in akashic.yaml (`512MB`, `16GB`), as Postgres and Redis read it, in bytes. */
export const memorySize = z
  .string('must be an amount of memory such as 512MB or 16GB')
  .regex(pattern, 'must be an amount of memory such as 512MB or 16GB')
  .transform((text) => {
    const [, amount, unit] = pattern.exec(text) ?? []
    return Number(amount) * (units[unit ?? ''] ?? Number.NaN)
  })

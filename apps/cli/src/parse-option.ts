import { InvalidArgumentError } from 'commander'

/** Reads a whole number from 1 to `most`. */
export function parseCount(most: number): (text: string) => number {
  return (text) => {
    const count = Number(text)
    if (!Number.isInteger(count) || count < 1 || count > most) {
      throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`)
    }
    return count
  }
}

/** Reads an instant, as `2026-11-23T14:02:00Z`, `2026-11-23T14:02Z` or `2026-11-23`; without a zone it is UTC.
 *  @returns ISO 8601 in UTC */
export function parseInstant(text: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(text)
  const [, day, time = '00:00', zone = 'Z'] = match ?? []
  const at = Date.parse(`${day}T${time}${zone}`)
  if (match === null || Number.isNaN(at)) {
    throw new InvalidArgumentError('It must be an instant, as 2026-11-23T14:02Z.')
  }
  return new Date(at).toISOString()
}

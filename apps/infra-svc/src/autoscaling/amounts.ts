export type ResourceName = 'cpu' | 'memory'

const mebibyte = 2 ** 20
const step: Readonly<Record<ResourceName, number>> = { cpu: 0.01, memory: 16 * mebibyte }
const least: Readonly<Record<ResourceName, number>> = { cpu: 0.01, memory: 32 * mebibyte }

/** The next amount that a person would write: tens of millicores, sixteens of MiB. Never less than is given. */
export function roundedUp(name: ResourceName, amount: number): number {
  // What a float adds in its last digits is no reason for one step more.
  const steps = Math.ceil(Number((amount / step[name]).toPrecision(12)))
  return Math.max(least[name], name === 'cpu' ? steps / 100 : steps * step.memory)
}

/** As manifests write it: cores as millicores, bytes as MiB. */
export const quantityText = (name: ResourceName, amount: number): string =>
  name === 'cpu' ? `${Math.round(amount * 1_000)}m` : `${Math.round(amount / mebibyte)}Mi`

/** A share as a whole percentage. */
export const percent = (share: number): string => `${Math.round(share * 100)} %`

/** A time to wait, in the two units that matter. @param minutes at least one is said. */
export function waitText(minutes: number): string {
  const whole = Math.max(1, Math.ceil(minutes))
  const [days, hours] = [Math.floor(whole / 1_440), Math.floor((whole % 1_440) / 60)]
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`
  return hours > 0 ? `${hours} h ${whole % 60} min` : `${whole} min`
}

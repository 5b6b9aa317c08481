const suffixes: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

const form = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/

/** A quantity of the API as a number of its base unit: cores, bytes or pieces. Null for what is no quantity.
 *  Source: k8s.io/apimachinery, resource.Quantity. */
export function quantity(text: string | undefined): number | null {
  const parts = form.exec(text ?? '')
  if (!parts) return null
  const [, number = '', exponent = '', suffix = ''] = parts
  const value = Number(`${number}${exponent}`) * (suffixes[suffix] ?? Number.NaN)
  return Number.isFinite(value) ? value : null
}

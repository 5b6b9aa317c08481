export type Vector = Float32Array | readonly number[]

export function dot(one: Vector, other: Vector): number {
  let sum = 0
  for (let at = 0; at < one.length; at += 1) sum += one[at]! * other[at]!
  return sum
}

/** The vectors point the same way (1), or have nothing to do with each other (0). */
export function cosine(one: Vector, other: Vector): number {
  const lengths = Math.sqrt(dot(one, one) * dot(other, other))
  return lengths === 0 ? 0 : dot(one, other) / lengths
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Weights that tell `ones` from `zeros` best, for features as they are; by gradient descent on standardised ones. */
export function logisticWeights(ones: readonly number[][], zeros: readonly number[][]): number[] {
  const rows = [...ones, ...zeros]
  const deviations = rows[0]!.map((_, feature) => deviationOf(rows.map((row) => row[feature]!)))
  const scaled = rows.map((row) => row.map((value, feature) => value / deviations[feature]!))
  let weights = deviations.map(() => 0)
  let bias = 0
  for (let round = 0; round < 400; round += 1) {
    const slopes = weights.map(() => 0)
    let slopeOfBias = 0
    scaled.forEach((row, at) => {
      const score = row.reduce((sum, value, feature) => sum + value * weights[feature]!, bias)
      const error = 1 / (1 + Math.exp(-score)) - (at < ones.length ? 1 : 0)
      row.forEach((value, feature) => (slopes[feature]! += error * value))
      slopeOfBias += error
    })
    weights = weights.map((weight, feature) => weight - (0.5 * slopes[feature]!) / rows.length)
    bias -= (0.5 * slopeOfBias) / rows.length
  }
  return weights.map((weight, feature) => weight / deviations[feature]!)
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

export function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values)
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)))
}

export function quantile(values: readonly number[], probability: number): number {
  const sorted = Float64Array.from(values).sort()
  const place = probability * (sorted.length - 1)
  const below = sorted[Math.floor(place)]!
  return below + (sorted[Math.ceil(place)]! - below) * (place % 1)
}

/** The probability that a genuine value is above a damaged one (area under the ROC curve); 0.5 is chance. */
export function auc(genuine: readonly number[], damaged: readonly number[]): number {
  const sorted = Float64Array.from(damaged).sort()
  const place = (value: number, isAfterEqual: boolean): number => {
    let low = 0
    let high = sorted.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (sorted[middle]! < value || (isAfterEqual && sorted[middle] === value)) low = middle + 1
      else high = middle
    }
    return low
  }
  return meanOf(genuine.map((value) => (place(value, false) + place(value, true)) / 2)) / sorted.length
}

/** Part `worker` of `workers` of a whole number: the parts add up to it, and differ by at most one. */
export function shareOf(whole: number, worker: number, workers: number): number {
  return Math.floor(whole / workers) + (worker < whole % workers ? 1 : 0)
}

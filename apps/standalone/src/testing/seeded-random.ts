/** Numbers from 0 to 1 that a seed determines (mulberry32), so that a failing run can be made again: AKASHIC_SEED, or one of its own. */
export function seededRandom(): { readonly seed: number; next(): number } {
  const seed = Number(process.env.AKASHIC_SEED ?? Math.floor(Math.random() * 1e9))
  let state = seed >>> 0
  return {
    seed,
    next() {
      state = (state + 0x6d2b79f5) >>> 0
      let mixed = Math.imul(state ^ (state >>> 15), state | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
    },
  }
}

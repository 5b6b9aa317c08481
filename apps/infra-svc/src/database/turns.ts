/** Lets so many work at a time, in the order in which they came: waiting for a turn is not waiting for the server. */
export function createTurns(most: number) {
  const waiting: (() => void)[] = []
  let working = 0
  const done = (): void => {
    const next = waiting.shift()
    if (next) next()
    else working--
  }
  return {
    take: async <T>(work: () => Promise<T>): Promise<T> => {
      if (working >= most) await new Promise<void>((resolve) => waiting.push(resolve))
      else working++
      try {
        return await work()
      } finally {
        done()
      }
    },
  }
}

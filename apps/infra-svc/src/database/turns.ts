/** Lets so many work at a time, in the order in which they came: waiting for a turn is not waiting for the server. */
export function createTurns(most: number) {
  const waiting: (() => void)[] = []
  let working = 0
  const leave = (): void => {
    const next = waiting.shift()
    if (next) next()
    else working--
  }
  /** Resolves when it is one's turn, with how to end it. */
  const enter = async (): Promise<() => void> => {
    if (working >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    else working++
    return leave
  }
  return {
    enter,
    take: async <T>(work: () => Promise<T>): Promise<T> => {
      await enter()
      try {
        return await work()
      } finally {
        leave()
      }
    },
  }
}

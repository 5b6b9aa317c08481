const deeds = new Set<() => void>()

const doAll = (): void => {
  for (const deed of deeds) deed()
}

/** Does this when the process ends, by one listener for all that is to be done then. @returns takes it back. */
export function atExit(deed: () => void): () => void {
  if (deeds.size === 0) process.once('exit', doAll)
  deeds.add(deed)
  return () => {
    deeds.delete(deed)
    if (deeds.size === 0) process.off('exit', doAll)
  }
}

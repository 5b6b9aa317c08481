import type { Read } from './database-client.ts'

/** Reads for one report: what two topics ask alike is read once. */
export function readOnce(read: Read): Read {
  const answers = new Map<string, Promise<readonly unknown[]>>()
  return <Row>(statement: Parameters<Read>[0]): Promise<readonly Row[]> => {
    const key = JSON.stringify([statement.text, statement.values])
    const known = answers.get(key) ?? read(statement)
    answers.set(key, known)
    return known as Promise<readonly Row[]>
  }
}

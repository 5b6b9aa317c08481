import { open, rename } from 'node:fs/promises'

/** Replaces the file at `path` as a whole: a reader, or a crash at any moment, sees the old text or the new. Mode 0600.
 *  One writer at a time. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const draft = `${path}.draft`
  const file = await open(draft, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
}

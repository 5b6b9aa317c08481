import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Runbook } from './runbook.ts'

const ownFolder = fileURLToPath(new URL('../../runbooks', import.meta.url))
const mostFiles = 500
const mostBytes = 262_144

const frontMatter = z.object({
  title: z.string().min(1).max(200),
  rules: z.array(z.string().max(100)).max(50).default([]),
  logs: z.array(z.string().min(3).max(200)).max(50).default([]),
})

/** Our runbooks and those of a folder of the operator's: Markdown files with front matter. A file of the folder stands for
 *  ours of the same name. What cannot be read is left out and told.
 *  @param folder null for ours alone. */
export async function readRunbooks(
  folder: string | null,
  onProblem: (file: string, problem: string) => void,
): Promise<readonly Runbook[]> {
  const byId = new Map<string, Runbook>()
  for (const each of folder === null ? [ownFolder] : [ownFolder, folder]) {
    for (const runbook of await readFolder(each, onProblem)) byId.set(runbook.id, runbook)
  }
  return [...byId.values()].toSorted((a, b) => a.id.localeCompare(b.id))
}

async function readFolder(
  folder: string,
  onProblem: (file: string, problem: string) => void,
): Promise<readonly Runbook[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    onProblem(folder, error instanceof Error ? error.message : 'it cannot be read')
    return []
  })
  const runbooks: Runbook[] = []
  for (const name of names
    .filter((each) => each.endsWith('.md'))
    .toSorted()
    .slice(0, mostFiles)) {
    try {
      const text = await readFile(join(folder, name), 'utf8')
      if (text.length > mostBytes) throw new Error(`it is longer than ${mostBytes} bytes`)
      runbooks.push(parseRunbook(basename(name, '.md'), text))
    } catch (error) {
      onProblem(name, error instanceof Error ? error.message : 'it cannot be read')
    }
  }
  return runbooks
}

/** @throws Error that says what is wrong with the file. */
export function parseRunbook(id: string, text: string): Runbook {
  const parts = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/.exec(text)
  if (!parts) throw new Error('it has no front matter between two lines of ---')
  const { data, error } = frontMatter.safeParse(parse(parts[1]!))
  if (!data)
    throw new Error(
      `its front matter is wrong: ${error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')}`,
    )
  return { id, ...data, body: parts[2]!.trim() }
}

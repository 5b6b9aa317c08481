import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { headingText, sectionsOfMarkdown, type Section } from '../src/quality/testing/cut-passages.ts'

const documentName = /\.(?:html|html\.en|html\.gz|md|markdown)$/i
const otherLanguage = /\/(?:[a-z]{2}-[A-Z]{2}|pt-br|zh-cn|de|es|fr|ja|ko|ru|tr|zh)\//
const notDocument = /(?:genindex|py-modindex|search|LICENSE|CHANGELOG|RelNotes|changelog|releases\/)/i

/** The English documents under a folder: HTML and Markdown. */
export async function documentsOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && documentName.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !notDocument.test(path.slice(folder.length)))
    .filter((path) => path.includes('/en-US/') || !otherLanguage.test(path))
}

export async function sectionsOf(path: string): Promise<Section[]> {
  const bytes = await readFile(path)
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  return /\.html/i.test(path) ? sectionsOfHtml(text) : sectionsOfMarkdown(text)
}

/** DocBook makes paragraphs of `div`. */
const docbookParagraph = /<div class="para">([\s\S]*?)<\/div>/gi
const notText = /<(script|style|pre|table|nav|header|footer)\b[\s\S]*?<\/\1>/gi
const block = /<(h[1-6]|p)\b[^>]*>([\s\S]*?)<\/\1>/gi

function sectionsOfHtml(html: string): Section[] {
  const title = headingText(inlineText(/<title[^>]*>([\s\S]*?)<\/title>/i.exec(html)?.[1] ?? ''))
  const body = html.replace(notText, ' ').replace(docbookParagraph, '<p>$1</p>')
  const sections: { title: string; heading: string; paragraphs: string[] }[] = [{ title, heading: '', paragraphs: [] }]
  for (const [, tag, inner] of body.matchAll(block)) {
    const text = inlineText(inner!)
    if (tag!.toLowerCase() === 'p') sections.at(-1)!.paragraphs.push(text)
    else sections.push({ title, heading: headingText(text), paragraphs: [] })
  }
  return sections
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ', apos: "'", mdash: '—' }

function inlineText(html: string): string {
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/&#(x?)([\da-f]+);/gi, (_, hex, code: string) => String.fromCodePoint(parseInt(code, hex ? 16 : 10)))
    .replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole)
    .replace(/[¶§]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

import { text } from 'node:stream/consumers'

/** What somebody says: the option's text, or standard input for `-`. */
export async function readWords(said: string): Promise<string> {
  return said === '-' ? (await text(process.stdin)).trimEnd() : said
}

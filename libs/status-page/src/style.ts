import { readFileSync } from 'node:fs'

/** The page's style, without comments and needless white space. */
export const style = readFileSync(new URL('./style.css', import.meta.url), 'utf8')
  .replace(/\/\*.*?\*\//gs, '')
  .replace(/\s+/g, ' ')
  .replace(/ ?([{};,]) ?/g, '$1')
  .replace(/: /g, ':')
  .replace(/;}/g, '}')
  .trim()

import { redactionMark } from './redaction-mark.ts'

const looksLikeUrl = /^(?:[a-z][a-z0-9+.-]*:\/\/|(?:https?|wss?|ftp):)/i
/** In these everything before the first slash, backslash, ? or # is the authority, however many slashes lead to it. */
const webSignIn = /^((?:https?|wss?|ftp):[\\/]*)[^\\/?#]*@/i
/** In others a password may hold any character: everything up to the last @ is taken for it. */
const otherSignIn = /^((?!(?:https?|wss?|ftp):)[a-z][a-z0-9+.-]*:\/\/).*@/i
/** Says how to connect to a database, and nothing secret. */
const openParameter = /^sslmode=[a-z-]*$/

/** `text` with a mark for who signs in and for each value of the query, if it is a URL. Works on the text, so that an
 *  address that is no proper URL keeps its password too. */
export function redactUrl(text: string): string {
  // What URL parsers leave out before they read.
  const url = text.replace(/[\t\r\n]/g, '').trim()
  if (!looksLikeUrl.test(url)) return text
  const signedOut = url.replace(webSignIn, `$1${redactionMark}@`).replace(otherSignIn, `$1${redactionMark}@`)
  const redacted = signedOut.replace(/\?([^#]*)/, (_, query: string) => `?${redactQuery(query)}`)
  return redacted === url ? text : redacted
}

function redactQuery(query: string): string {
  return query
    .split('&')
    .map((parameter) => {
      if (parameter === '' || parameter.endsWith('=') || openParameter.test(parameter)) return parameter
      const nameEnd = parameter.indexOf('=')
      return nameEnd < 0 ? redactionMark : `${parameter.slice(0, nameEnd)}=${redactionMark}`
    })
    .join('&')
}

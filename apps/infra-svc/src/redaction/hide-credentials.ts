import { isReference } from './is-reference.ts'

/** What stands in the place of a secret. */
export const hidden = '(hidden)'

/** Beyond this nothing of a text is looked at, and so nothing is shown. */
const longest = 4_000

const userInfo = /((?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/"'<>]+@/gi
/** Of an address that was cut off within its password; a port is none. */
const cutUserInfo = /((?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@:"'<>[]+:(?!\d{1,5}\W*$)[^\s/@"'<>]+…?$/i
const pem = /-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g
/** Also one that was cut off. */
const jwt = /\beyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){1,4}/g

/** Keys that their beginning gives away: AWS, Google, GitHub, GitLab, Slack, Stripe, OpenAI, npm, SendGrid, DigitalOcean,
 *  Vault, and our own. */
const wellKnown =
  /\b(?:A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}|AIza[\w-]{30,}|ya29\.[\w-]{10,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{15,}|xox[abeoprs]-[\w-]{10,}|[sr]k_(?:live|test)_\w{10,}|sk-(?:[a-z]+\d*-)*\w{20,}|npm_\w{20,}|SG\.[\w-]{10,}\.[\w-]{10,}|dop_v1_\w{20,}|hv[sb]\.[\w-]{40,}|ak_[\w-]{16,})/g

/** Words that follow such a name in what people and programs say, and are no secret. */
const prose =
  /(?!(?:an?|the|is|was|are|has|does|did|not|no|none|null|undefined|empty|unset|set|value|expected|should|needs?|must|may|could|couldn't|can't|cannot|unable|failed|failure|error|errors|invalid|unexpected|missing|required|expired|denied|unauthorized|forbidden|unknown|timeout|connection|access|secret|secrets|configmap|token|tokens|realm|scope|service|authentication|authorization|credentials?|rpc|context|Get|Post|\(hidden\))(?![\w/+=-]))/
    .source
const scheme = '(?:(?:bearer|basic|token|digest|negotiate)\\s+)?'
/** Quotes around it stay. */
const value = `(?:(\\\\*")(?:[^"\\\\\\n]|\\\\+[^"\\n])*|(')[^'\\n]*|${scheme}${prose}[^\\s"',;&)\\\\]{3,})`
const name =
  /(?:passw(?:or)?d|passphrase|pwd|(?<!imagepull)secret(?!s)|token|(?:api|access|secret|private|account|encryption|signing|license|shared)[_-]?key|authorization|credentials?)(?![\w.-]*(?:name|file|path|ref|dir|mount|class|type|provider|review|expiry)\b)[\w.-]{0,40}/
    .source
/** In prose a colon may stand apart from a name in quotes: `volume "token" : not found` is no assignment. */
const assigned = new RegExp(`(${name}\\\\*["']?(?:[=:]\\s*|\\s+[=:]\\s*(?=\\\\*["'])|\\s+=\\s*))${value}`, 'gi')
const flag = new RegExp(`(?<![\\w-])(--?[\\w-]{0,30}(?:passw|secret|token|key)[\\w-]{0,30}\\s+)${value}`, 'gi')
const bearer = new RegExp(`(\\bbearer\\s+)${prose}[A-Za-z0-9+/._~=-]{6,}`, 'gi')
const basic = /(\bbasic\s+)(?=[A-Za-z+/]*[0-9=])[A-Za-z0-9+/]{8,}={0,2}/gi
const cookie = /(\b(?:set-)?cookie["']?\s*:\s*)[^\n"]+/gi
const query = /([?&][\w-]{0,30}(?:signature|credential|sig|key|token|auth)[\w-]{0,20}=)[^\s&"']+/gi
/** A variable of a container, as a dump of its manifest has it. */
const variable =
  /(\\*"name\\*"\s*:\s*\\*"[^"\\]{0,100}(?:pass|pwd|secret|token|key|credential|auth)[^"\\]{0,100}\\*"\s*,\s*\\*"value\\*"\s*:\s*\\*")(?:[^"\\\n]|\\+[^"\n])*/gi
const secretObject = /kind\\*["']?\s*:\s*\\*["']?Secret(?:List)?\b/i
const secretData = /((?:string)?data\\*["']?\s*:\s*)(?:\{[^}]*(?:\}|$)|(?:\n\s+[^\n]+)+)/gi

/** Whether a text may be or hold a manifest of a Secret. */
export const holdsSecret = (text: string): boolean => secretObject.test(text)

/** Most texts hold nothing of the kind, and are told so by one look. */
const suspicious =
  /pass|pwd|secret|token|key|auth|bearer|basic|credential|cookie|signature|sig=|:\/\/|-----BEGIN|eyJ|A[KSBC][IC]A|AIza|ya29|gh[pousr]_|github_pat|glpat|xox|[sr]k[_-]|npm_|SG\.|dop_v1|hv[sb]\.|ak_/i

/** A text that was quoted, such as a line of a log or the message of an event, without what gives access: credentials of
 *  addresses, tokens, passwords, private keys, keys of clouds. What is said around them stays. The same when done twice. */
export function hideCredentials(text: string): string {
  const shown = text.length > longest ? text.slice(0, longest) : text
  if (!suspicious.test(shown)) return shown
  const safe = holdsSecret(shown) ? shown.replace(secretData, `$1${hidden}`) : shown
  return safe
    .replace(pem, hidden)
    .replace(userInfo, `$1${hidden}@`)
    .replace(cutUserInfo, `$1${hidden}`)
    .replace(variable, `$1${hidden}`)
    .replace(assigned, hideAssigned)
    .replace(flag, `$1$2$3${hidden}`)
    .replace(bearer, `$1${hidden}`)
    .replace(basic, `$1${hidden}`)
    .replace(cookie, `$1${hidden}`)
    .replace(query, `$1${hidden}`)
    .replace(jwt, hidden)
    .replace(wellKnown, hidden)
}

function hideAssigned(match: string, key: string, double = '', single = '', at: number, text: string): string {
  return isReference(text, at, key, match.slice(key.length)) ? match : `${key}${double}${single}${hidden}`
}

/** A document with all its texts so, but the commands that it proposes: those are made of names alone. */
export const hideInDocument = <T>(document: T): T => clean('', document) as T

function clean(field: string, value: unknown): unknown {
  if (typeof value === 'string') return field === 'command' ? value : hideCredentials(value)
  if (Array.isArray(value)) return value.map((each) => clean(field, each))
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, clean(name, each)]))
}

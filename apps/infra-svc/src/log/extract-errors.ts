const bad = new Set(['error', 'err', 'fatal', 'critical', 'crit', 'panic', 'emerg', 'alert', 'severe'])
const pinoError = 50

/** The first line of what a runtime prints of an exception, or what a logger marks as an error. */
const marked =
  /^(?:\S{1,60} ){0,4}(?:\[?(?:FATAL|ERROR|CRITICAL|PANIC|SEVERE)\]?)[:\s]|^panic: |^(?:[\w.]{0,150}\.)?\w{0,80}(?:Error|Exception)\b: |^Traceback \(most recent|^Unhandled |^Exception in thread |^[EF]\d{4} \d\d:\d\d|^fatal error: |^npm ERR! |^FATAL ERROR: /
const levelOf = /(?:^|\s)level=["']?(\w{1,20})/

/** The lines that report an error by their form, and not because a word is in them. The newest last.
 *  @param most of them to return. */
export function extractErrors(lines: readonly string[], most = 5): readonly string[] {
  return lines.filter(isError).slice(-most)
}

function isError(line: string): boolean {
  if (line.startsWith('{')) return isErrorRecord(line)
  const level = levelOf.exec(line)?.[1]
  if (level !== undefined) return bad.has(level.toLowerCase())
  return marked.test(line)
}

function isErrorRecord(line: string): boolean {
  try {
    const record = JSON.parse(line) as Record<string, unknown>
    const level = record['level'] ?? record['severity'] ?? record['lvl'] ?? record['levelname']
    if (typeof level === 'number') return level >= pinoError
    return typeof level === 'string' && bad.has(level.toLowerCase())
  } catch {
    return false
  }
}

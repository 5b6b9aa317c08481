import type { Wording } from './log-facts.ts'

const ofPath = String.raw`[^\s:"'\x60,;()]`
/** As a whole: a path that could end anywhere would be tried at each of its ends. */
const file = String.raw`["'\x60]?(?<name>/${ofPath}{1,200})(?!${ofPath})["'\x60]?`
const flag = String.raw`["'\x60]?(?<name>--?\w[\w.-]{0,60})`
const port = String.raw`\S{0,60}?:(?<port>\d{1,5})`
const missing = 'no such file or directory'
const denied = 'permission denied'
const fails = String.raw`(?:errors?|fail(?:s|ed|ure)?|cannot|can't|could not|couldn't|unable)`
const reads = String.raw`(?:pars|load|unmarshall?|decod)(?:e|ing)?`
/** That it could not: to say that a file is being read, or which of it is not needed, is no complaint. */
const cannotBeUsed = `(?:${[
  String.raw`\b${fails}\b.{0,40}?\b${reads}\b`,
  String.raw`\b${reads}\b.{0,40}?\b${fails}\b`,
  String.raw`(?:Syntax|Pars|Scann|Decod|Unmarshal)\w{0,12}(?:Error|Exception)`,
  'syntax error|malformed|unknown directive|mapping values are not allowed',
  String.raw`\[emerg\] (?:unexpected|invalid|directive|"\w{1,40}" directive)`,
  String.raw`invalid (?:syntax|json|yaml|toml|config\w{0,12}|character)`,
  'unexpected (?:token|character|end of)',
].join('|')})`

const quoted = String.raw`(?<quote>["'\x60])(?<name>/[^"'\x60]{1,200})\k<quote>`
/** What stands before the path of a file, and never before that of a request: who says it, or what was tried. */
const tried = String.raw`(?:^[\w./-]{1,100}:(?: line \d{1,6}:)?|\b(?:open|stat|lstat|read|readlink|chdir|mkdir|unlink|remove|rename|create|write|fork/exec)|cannot [\w ]{1,40}|FileNotFoundException:)`

const ofFiles = (what: string, errno: number): readonly string[] => [
  String.raw`${what}(?:, \w{1,20}|:) ${quoted}`,
  String.raw`\w\(\) ${file} failed \(${errno}: ${what}`,
  String.raw`${tried} ${file}:? \(?${what}`,
]

const of = (kind: Wording['kind'], ...patterns: readonly string[]): readonly Wording[] =>
  patterns.map((text) => ({ kind, pattern: new RegExp(text, 'i') }))

/** What processes say of what they themselves were given: their files, their arguments, their ports. By what the runtimes of
 *  Node, Go, Python, Java, shells and nginx write, and their libraries for flags. */
export const ownWordings: readonly Wording[] = [
  ...of(
    'wrong_platform',
    String.raw`exec(?:ve)?(?: user process caused:?)? ?"?(?<name>/\S{1,200}?)?"?:? exec format error`,
  ),
  ...of(
    'port_denied',
    String.raw`(?:listen|bind)\b.{0,40}?:(?<port>\d{1,5}): bind: ${denied}`,
    String.raw`listen EACCES: ${denied} ${port}\b`,
    String.raw`bind\(\) to ${port} failed \(13: ${denied}\)`,
  ),
  ...of(
    'port_taken',
    String.raw`EADDRINUSE: address already in use ${port}\b`,
    String.raw`:(?<port>\d{1,5}): bind: address already in use`,
    String.raw`bind\(\) to ${port} failed \(98: Address already in use\)`,
    String.raw`\('[\d.:]{0,45}', (?<port>\d{1,5})\): (?:\[Errno 98\] )?(?:error while attempting to bind|address already in use)`,
  ),
  ...of(
    'unknown_flag',
    String.raw`flag provided but not defined: ${flag}`,
    String.raw`unknown (?:shorthand )?(?:flag|option|argument)s?:? ${flag}`,
    String.raw`unrecognized (?:flag|option|argument)s?:? ${flag}`,
    String.raw`(?:unexpected argument|no such option:?|bad option:|invalid option:?) ${flag}`,
  ),
  ...of('no_such_database', 'database "(?<name>[^"]{1,63})" does not exist', "Unknown database '(?<name>[^']{1,64})'"),
  ...of('file_missing', ...ofFiles(missing, 2)),
  ...of('file_denied', ...ofFiles(denied, 13), String.raw`AccessDeniedException: ${file}`),
  ...of(
    'file_is_directory',
    String.raw`is a directory: ${quoted}`,
    String.raw`\b(?:read|open) ${file}: is a directory`,
    'EISDIR: illegal operation on a directory',
  ),
  ...of(
    'file_unusable',
    String.raw`${cannotBeUsed}.{0,200}?[\s="'(]${file}`,
    String.raw`[\s="'(]${file}.{0,200}?${cannotBeUsed}`,
  ),
]

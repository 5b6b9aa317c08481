import { logFacts } from './log-facts.ts'

const said = (line: string) => {
  const [fact] = logFacts([{ container: 'app', isPrevious: false, lines: [line] }])
  return fact && [fact.kind, fact.name ?? fact.port]
}

test.each([
  ['exec /usr/bin/docker-entrypoint.sh: exec format error', 'wrong_platform', '/usr/bin/docker-entrypoint.sh'],
  ['exec user process caused: exec format error', 'wrong_platform', null],
  ['flag provided but not defined: -metrics-prot', 'unknown_flag', '-metrics-prot'],
  ['Error: unknown flag: --replcas', 'unknown_flag', '--replcas'],
  ['main.py: error: unrecognized arguments: --verbos', 'unknown_flag', '--verbos'],
  ["error: unexpected argument '--lsten' found", 'unknown_flag', '--lsten'],
  ['node: bad option: --max-old-space', 'unknown_flag', '--max-old-space'],
  ['Error: listen EADDRINUSE: address already in use :::8080', 'port_taken', 8080],
  ['listen tcp 0.0.0.0:9090: bind: address already in use', 'port_taken', 9090],
  ['nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)', 'port_taken', 80],
  ['listen tcp :80: bind: permission denied', 'port_denied', 80],
  ['nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)', 'port_denied', 80],
  ['Error: listen EACCES: permission denied 0.0.0.0:443', 'port_denied', 443],
  ['FATAL:  database "shopp" does not exist', 'no_such_database', 'shopp'],
  ["ERROR 1049 (42000): Unknown database 'shopp'", 'no_such_database', 'shopp'],
  ["Error: ENOENT: no such file or directory, open '/etc/app/a.yaml'", 'file_missing', '/etc/app/a.yaml'],
  ['panic: open /etc/app/a.yaml: no such file or directory', 'file_missing', '/etc/app/a.yaml'],
  ["FileNotFoundError: [Errno 2] No such file or directory: '/etc/app/a.yaml'", 'file_missing', '/etc/app/a.yaml'],
  ['java.io.FileNotFoundException: /etc/a.yaml (No such file or directory)', 'file_missing', '/etc/a.yaml'],
  ['cat: /etc/app/a.yaml: No such file or directory', 'file_missing', '/etc/app/a.yaml'],
  ['[emerg] open() "/etc/nginx/mime" failed (2: No such file or directory)', 'file_missing', '/etc/nginx/mime'],
  ["Error: EACCES: permission denied, open '/data/db'", 'file_denied', '/data/db'],
  ["PermissionError: [Errno 13] Permission denied: '/data/db'", 'file_denied', '/data/db'],
  ["mkdir: cannot create directory '/bitnami/data': Permission denied", 'file_denied', '/bitnami/data'],
  ['mkdir /data/wal: permission denied', 'file_denied', '/data/wal'],
  ['/entrypoint.sh: line 3: /data/pid: Permission denied', 'file_denied', '/data/pid'],
  ["IsADirectoryError: [Errno 21] Is a directory: '/etc/a.yaml'", 'file_is_directory', '/etc/a.yaml'],
  ['panic: read /etc/a.yaml: is a directory', 'file_is_directory', '/etc/a.yaml'],
  ['Error: EISDIR: illegal operation on a directory, read', 'file_is_directory', null],
  ['nginx: [emerg] unknown directive "foo" in /etc/nginx/conf.d/a.conf:1', 'file_unusable', '/etc/nginx/conf.d/a.conf'],
  ['level=error msg="Error loading config (--config.file=/etc/p.yml)"', 'file_unusable', '/etc/p.yml'],
  ['failed to parse /etc/app/a.yaml: yaml: line 3', 'file_unusable', '/etc/app/a.yaml'],
  ['nginx: [emerg] unexpected "}" in /etc/nginx/nginx.conf:7', 'file_unusable', '/etc/nginx/nginx.conf'],
  ['[emerg] "listen" directive is not allowed here in /etc/nginx/a.conf:2', 'file_unusable', '/etc/nginx/a.conf'],
  ['yaml.scanner.ScannerError: mapping values in "/etc/app/a.yaml", line 2', 'file_unusable', '/etc/app/a.yaml'],
  ["SyntaxError: /etc/app/a.json: Unexpected token '}'", 'file_unusable', '/etc/app/a.json'],
  ['could not load /etc/app/a.toml: expected a newline', 'file_unusable', '/etc/app/a.toml'],
  ['yaml: unmarshal errors in /etc/app/a.yaml:', 'file_unusable', '/etc/app/a.yaml'],
  ['Error unmarshalling /etc/app/a.json', 'file_unusable', '/etc/app/a.json'],
  ['error: cannot unmarshal /etc/app/a.json', 'file_unusable', '/etc/app/a.json'],
  ['mkdir() "/var/cache/nginx/x" failed (30: Read-only file system)', 'read_only', '/var/cache/nginx/x'],
])('%s', (line, kind, name) => {
  expect(said(line)).toEqual([kind, name])
})

test.each([
  'GET /api/v1/users failed: permission denied: /api/v1/users',
  'user 7: permission denied',
  'route /orders: not found',
  'listening on 0.0.0.0:8080',
  'Loading config from /etc/app/app.yaml',
  'parsing /etc/app/app.yaml',
  'parsed /etc/app/app.yaml in 3 ms, 2 unexpected keys are not allowed and left out',
  'invalid sessions are purged from /var/lib/app/sessions',
  'no such file or directory',
])('%s says nothing of what the process was given', (line) => {
  expect(said(line)).toBeUndefined()
})

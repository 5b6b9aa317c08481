import { logFacts } from './log-facts.ts'

const said = (line: string) => {
  const [fact] = logFacts([{ container: 'app', isPrevious: false, lines: [line] }])
  return fact && [fact.kind, fact.host, fact.port, fact.name]
}

describe('what a line of a log means', () => {
  test.each([
    ['Error: connect ECONNREFUSED 10.0.0.12:5432', 'connection_refused', '10.0.0.12', 5432, null],
    ['  cause: Error: connect ECONNREFUSED db:6379', 'connection_refused', 'db', 6379, null],
    ['dial tcp 10.0.0.3:5432: connect: connection refused', 'connection_refused', '10.0.0.3', 5432, null],
    [
      'connection to server at "db" (10.0.0.5), port 5432 failed: Connection refused',
      'connection_refused',
      'db',
      5432,
      null,
    ],
    [
      'redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused.',
      'connection_refused',
      'cache',
      6379,
      null,
    ],
    [
      'connect() failed (111: Connection refused) while connecting to upstream, upstream: "http://10.1.2.3:80/"',
      'connection_refused',
      '10.1.2.3',
      80,
      null,
    ],
    ['Error: connect ETIMEDOUT 10.0.0.9:443', 'connection_timeout', '10.0.0.9', 443, null],
    ['dial tcp 10.0.0.9:443: i/o timeout', 'connection_timeout', '10.0.0.9', 443, null],
    ['psycopg2.OperationalError: connection to db timed out', 'connection_timeout', 'db', null, null],
    [
      "HTTPConnectionPool(host='payments', port=8080): Max retries exceeded",
      'connection_timeout',
      'payments',
      8080,
      null,
    ],
    ["nslookup: can't resolve 'databse'", 'dns_failure', 'databse', null, null],
    ["nc: bad address 'databse'", 'dns_failure', 'databse', null, null],
    [
      "** server can't find databse.shop.svc.cluster.local: NXDOMAIN",
      'dns_failure',
      'databse.shop.svc.cluster.local',
      null,
      null,
    ],
    ['waiting for db:5432...', 'waiting', 'db', 5432, null],
    [
      'Get "https://api:8443/v1": tls: x509: certificate has expired or is not yet valid',
      'certificate_expired',
      'api',
      8443,
      null,
    ],
    ['Error: certificate has expired', 'certificate_expired', null, null, null],
    ['Get "https://api:80/": http: server gave HTTP response to HTTPS client', 'plain_answer', 'api', 80, null],
    [
      'pods is forbidden: User "system:serviceaccount:shop:robot" cannot list resource "pods" in API group ""',
      'forbidden',
      null,
      null,
      'shop:robot',
    ],
    ["Error: EROFS: read-only file system, open '/var/x'", 'read_only', null, null, '/var/x'],
    ['open /var/x: read-only file system', 'read_only', null, null, '/var/x'],
    ["OSError: [Errno 28] No space left on device: '/data/x'", 'disk_full', null, null, '/data/x'],
    ['write /data/x: no space left on device', 'disk_full', null, null, '/data/x'],
    ['Error: getaddrinfo ENOTFOUND databse', 'dns_failure', 'databse', null, null],
    ['Error: getaddrinfo EAI_AGAIN payments.shop.svc', 'dns_failure', 'payments.shop.svc', null, null],
    ['dial tcp: lookup db on 10.0.0.10:53: no such host', 'dns_failure', 'db', null, null],
    [
      'dial tcp: lookup db on 10.0.0.10:53: read udp 10.244.1.2:4411->10.0.0.10:53: i/o timeout',
      'dns_failure',
      'db',
      null,
      null,
    ],
    [
      'could not translate host name "db" to address: Temporary failure in name resolution',
      'dns_failure',
      'db',
      null,
      null,
    ],
    ['java.net.UnknownHostException: orders', 'dns_failure', 'orders', null, null],
    ['curl: (6) Could not resolve host: orders', 'dns_failure', 'orders', null, null],
    ['socket.gaierror: [Errno -3] Temporary failure in name resolution', 'dns_failure', null, null, null],
    [
      'nginx: [emerg] host not found in upstream "api:8080" in /etc/nginx/nginx.conf:12',
      'dns_failure',
      'api',
      8080,
      null,
    ],
    ['FATAL:  password authentication failed for user "shop"', 'auth_failed', null, null, 'shop'],
    [
      "ERROR 1045 (28000): Access denied for user 'shop'@'10.1.1.1' (using password: YES)",
      'auth_failed',
      null,
      null,
      'shop',
    ],
    ['ReplyError: WRONGPASS invalid username-password pair or user is disabled.', 'auth_failed', null, null, null],
    ['MongoServerError: Authentication failed.', 'auth_failed', null, null, null],
    [
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
      'heap_abort',
      null,
      null,
      null,
    ],
    ['Error: Missing required environment variable DATABASE_URL', 'variable', null, null, 'DATABASE_URL'],
    ['Error: DATABASE_URL is not valid', 'variable', null, null, 'DATABASE_URL'],
    ["KeyError: 'STRIPE_KEY'", 'variable', null, null, 'STRIPE_KEY'],
    ['panic: invalid value for PORT', 'variable', null, null, 'PORT'],
    ['Environment variable "LOG_LEVEL" must be set', 'variable', null, null, 'LOG_LEVEL'],
    ['Error: P3009 migrate found failed migrations in the target database', 'migration', null, null, null],
    ['migration 20260101_add_orders failed: relation "orders" already exists', 'migration', null, null, null],
    [
      'upstream timed out (110: Connection timed out) while reading, upstream: "http://payments:8080/pay"',
      'upstream_error',
      'payments',
      8080,
      null,
    ],
    ['request to http://payments:8080/pay timed out after 5000 ms', 'upstream_error', 'payments', 8080, null],
    ['GET http://payments/pay answered 503', 'upstream_error', 'payments', null, null],
  ])('%s', (line, kind, host, port, name) => {
    expect(said(line)).toEqual([kind, host, port, name])
  })

  test.each([
    '0 errors',
    'listening on 8080',
    'GET /status 200 5ms',
    'connected to db:5432',
    'authentication succeeded for user "shop"',
    'migrations are up to date',
  ])('nothing in: %s', (line) => {
    expect(said(line)).toBeUndefined()
  })

  test('lines that say the same are told once, with the newest', () => {
    const lines = ['connect ECONNREFUSED db:5432 first', 'ok', 'connect ECONNREFUSED db:5432 last']
    expect(logFacts([{ container: 'app', isPrevious: true, lines }])).toMatchObject([
      { line: 'connect ECONNREFUSED db:5432 last', isPrevious: true },
    ])
  })
})

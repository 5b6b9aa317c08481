import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readEnv } from './index.ts'

const nowhere = '/nonexistent'

test('an empty environment listens on loopback and keeps its data beside the working directory', () => {
  expect(readEnv({}, nowhere)).toEqual({
    host: '127.0.0.1',
    port: 8080,
    apiPort: null,
    aiProxyPort: 8081,
    aiHealthSvcAddr: null,
    infraSvcAddr: null,
    kubeconfig: null,
    dataKey: null,
    adminHost: '127.0.0.1',
    adminPort: 9464,
    dataDir: '/nonexistent/.akashic',
    configPath: null,
    databaseUrl: null,
    redisUrl: null,
    kafkaBrokers: null,
    rpcListen: null,
    statusSvcAddr: null,
    rpcTls: null,
    identityPrivateKeyFile: null,
    identityPublicKeysFile: null,
    trustedProxies: [],
    otlpEndpoint: null,
  })
})

test('metrics and readiness stay on loopback when the public listeners do not', () => {
  expect(readEnv({ HOST: '0.0.0.0' }, nowhere)).toMatchObject({ host: '0.0.0.0', adminHost: '127.0.0.1' })
})

test('every variable is read', () => {
  const env = readEnv(
    {
      HOST: '::',
      PORT: '0',
      API_PORT: '8443',
      ADMIN_HOST: '10.0.0.7',
      ADMIN_PORT: '9000',
      AKASHIC_DATA_DIR: 'state',
      AKASHIC_CONFIG: '/etc/akashic.yaml',
      DATABASE_URL: 'postgres://db/akashic',
      REDIS_URL: 'rediss://cache',
      KAFKA_BROKERS: 'kafka-1:9092, kafka-2:9092',
      RPC_LISTEN: '[::]:9090',
      STATUS_SVC_ADDR: 'status-svc:9090',
      RPC_TLS_CERT_FILE: 'a',
      RPC_TLS_KEY_FILE: 'b',
      RPC_TLS_CA_FILE: 'c',
      TRUSTED_PROXIES: '10.0.0.0/8, ::1',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel:4318',
    },
    nowhere,
  )
  expect(env).toMatchObject({
    host: '::',
    port: 0,
    apiPort: 8443,
    adminHost: '10.0.0.7',
    adminPort: 9000,
    dataDir: '/nonexistent/state',
    configPath: '/etc/akashic.yaml',
    databaseUrl: 'postgres://db/akashic',
    redisUrl: 'rediss://cache',
    kafkaBrokers: ['kafka-1:9092', 'kafka-2:9092'],
    rpcListen: '[::]:9090',
    statusSvcAddr: 'status-svc:9090',
    rpcTls: { certFile: 'a', keyFile: 'b', caFile: 'c' },
    trustedProxies: ['10.0.0.0/8', '::1'],
    otlpEndpoint: 'http://otel:4318',
  })
})

test('akashic.yaml of the working directory is found', () => {
  const folder = mkdtempSync(join(tmpdir(), 'akashic-env-'))
  writeFileSync(join(folder, 'akashic.yaml'), '')
  expect(readEnv({}, folder).configPath).toBe(join(folder, 'akashic.yaml'))
  rmSync(folder, { recursive: true })
})

test('everything that is wrong is told at once, and no value is repeated', () => {
  const read = () =>
    readEnv({
      PORT: '80a',
      HOST: 'a b',
      DATABASE_URL: 'mysql://user:hunter2@db',
      REDIS_URL: 'hunter2',
      TRUSTED_PROXIES: '10.0.0.0/33',
      RPC_LISTEN: '9090',
      RPC_TLS_CERT_FILE: 'a',
    })
  const problems = (() => {
    try {
      read()
      return ''
    } catch (error) {
      return (error as Error).message
    }
  })()
  const names = problems.split('\n').map((line) => /^environment (\w+): must/.exec(line)?.[1])
  expect(names.toSorted()).toEqual([
    'DATABASE_URL',
    'HOST',
    'PORT',
    'REDIS_URL',
    'RPC_LISTEN',
    'RPC_TLS_CA_FILE',
    'RPC_TLS_KEY_FILE',
    'TRUSTED_PROXIES',
  ])
  expect(problems).not.toContain('hunter2')
})

test.each([
  [{ PORT: '9464' }, 'ADMIN_PORT'],
  [{ PORT: '80', API_PORT: '80' }, 'API_PORT'],
  [{ API_PORT: '9464' }, 'ADMIN_PORT'],
])('two listeners cannot share a port: %j', (env, name) => {
  expect(() => readEnv(env)).toThrow(`environment ${name}: must differ`)
})

test('several listeners may each take any free port', () => {
  expect(readEnv({ PORT: '0', API_PORT: '0', ADMIN_PORT: '0' })).toMatchObject({ port: 0, apiPort: 0, adminPort: 0 })
})

test('the data key is 32 bytes, and one that is not is refused without being told', () => {
  const key = Buffer.alloc(32, 9)
  expect(readEnv({ AKASHIC_DATA_KEY: key.toString('base64') }, nowhere).dataKey).toEqual(key)
  expect(readEnv({ AKASHIC_DATA_KEY: key.toString('hex') }, nowhere).dataKey).toEqual(key)
  const tell = () => readEnv({ AKASHIC_DATA_KEY: 'a-password-of-mine' }, nowhere)
  expect(tell).toThrow(/AKASHIC_DATA_KEY.*32 bytes/)
  expect(tell).not.toThrow(/a-password-of-mine/)
})

test('the AI proxy takes the next port where another listener is given its own, unless it was asked for', () => {
  const given = { API_PORT: '8081', ADMIN_PORT: '8082' }
  expect(readEnv(given, nowhere)).toMatchObject({ apiPort: 8081, adminPort: 8082, aiProxyPort: 8083 })
  expect(() => readEnv({ API_PORT: '8081', AI_PROXY_PORT: '8081' }, nowhere)).toThrow(/AI_PROXY_PORT/)
})

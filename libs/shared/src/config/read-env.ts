import { isIP } from 'node:net'
import { delimiter, resolve } from 'node:path'
import { existsSync } from 'node:fs'
import { ConfigError, type ConfigProblem } from './config-error.ts'

/** Addresses and secrets, which come by the environment. Null: not given. */
export interface Environment {
  /** Address that the public listeners bind to. */
  readonly host: string
  /** Public port; 0 takes any that is free. */
  readonly port: number
  /** Port of its own for /api/v1. */
  readonly apiPort: number | null
  /** Port of the OpenAI-compatible proxy; 0 takes any that is free. */
  readonly aiProxyPort: number
  /** Address that /metrics, /healthz and /readyz bind to: they tell what is nobody's business outside. */
  readonly adminHost: string
  /** Port of /metrics, /healthz and /readyz. */
  readonly adminPort: number
  /** Absolute path of the data folder. */
  readonly dataDir: string
  /** Absolute path of akashic.yaml; null when AKASHIC_CONFIG is unset and the working directory has none. */
  readonly configPath: string | null
  readonly databaseUrl: string | null
  readonly redisUrl: string | null
  /** `host:port` of each broker that bootstraps. */
  readonly kafkaBrokers: readonly string[] | null
  /** `host:port` of the gRPC listener. */
  readonly rpcListen: string | null
  readonly statusSvcAddr: string | null
  readonly aiHealthSvcAddr: string | null
  readonly infraSvcAddr: string | null
  /** Path of a kubeconfig; the first of several. */
  readonly kubeconfig: string | null
  /** 32 bytes that seal what is kept for a while. */
  readonly dataKey: Buffer | null
  /** Certificates for mutual TLS between services. */
  readonly rpcTls: { readonly certFile: string; readonly keyFile: string; readonly caFile: string } | null
  readonly identityPrivateKeyFile: string | null
  readonly identityPublicKeysFile: string | null
  /** Addresses and networks (CIDR) whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[]
  readonly otlpEndpoint: string | null
}

const usualAiProxyPort = 8081

/** The usual port of the AI proxy, or the next one that no other listener is given. */
function freeOf(taken: readonly (number | null)[]): number {
  let port = usualAiProxyPort
  while (taken.includes(port)) port += 1
  return port
}

/** Reads the environment of a process. A variable that is set to nothing counts as not given.
 *  @throws ConfigError with everything that is wrong with it. */
export function readEnv(
  env: Readonly<Record<string, string | undefined>> = process.env,
  workingDirectory: string = process.cwd(),
): Environment {
  const reader = new EnvReader(env)
  const ports = {
    port: reader.port('PORT') ?? 8080,
    apiPort: reader.port('API_PORT'),
    adminPort: reader.port('ADMIN_PORT') ?? 9464,
  }
  const environment: Environment = {
    host: reader.host('HOST') ?? '127.0.0.1',
    ...ports,
    aiProxyPort: reader.port('AI_PROXY_PORT') ?? freeOf(Object.values(ports)),
    adminHost: reader.host('ADMIN_HOST') ?? '127.0.0.1',
    dataDir: resolve(workingDirectory, reader.text('AKASHIC_DATA_DIR') ?? '.akashic'),
    configPath: configPath(reader.text('AKASHIC_CONFIG'), workingDirectory),
    databaseUrl: reader.url('DATABASE_URL', ['postgres:', 'postgresql:']),
    redisUrl: reader.url('REDIS_URL', ['redis:', 'rediss:']),
    kafkaBrokers: reader.addresses('KAFKA_BROKERS'),
    rpcListen: reader.checked('RPC_LISTEN', isHostAndPort, 'must be host:port, as 0.0.0.0:9090'),
    statusSvcAddr: reader.checked('STATUS_SVC_ADDR', isHostAndPort, 'must be host:port, as status-svc:9090'),
    aiHealthSvcAddr: reader.checked('AI_HEALTH_SVC_ADDR', isHostAndPort, 'must be host:port, as ai-health-svc:9090'),
    infraSvcAddr: reader.checked('INFRA_SVC_ADDR', isHostAndPort, 'must be host:port, as infra-svc:9090'),
    kubeconfig: reader.text('KUBECONFIG')?.split(delimiter)[0] ?? null,
    dataKey: reader.key('AKASHIC_DATA_KEY'),
    rpcTls: reader.rpcTls(),
    identityPrivateKeyFile: reader.text('IDENTITY_PRIVATE_KEY_FILE'),
    identityPublicKeysFile: reader.text('IDENTITY_PUBLIC_KEYS_FILE'),
    trustedProxies: reader.networks('TRUSTED_PROXIES'),
    otlpEndpoint: reader.url('OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:']),
  }
  reader.requireDistinctPorts(environment)
  if (reader.problems.length > 0) throw new ConfigError(reader.problems)
  return environment
}

function configPath(given: string | null, workingDirectory: string): string | null {
  if (given !== null) return resolve(workingDirectory, given)
  const usual = resolve(workingDirectory, 'akashic.yaml')
  return existsSync(usual) ? usual : null
}

class EnvReader {
  readonly problems: ConfigProblem[] = []
  readonly #env: Readonly<Record<string, string | undefined>>

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env
  }

  text(name: string): string | null {
    return this.#env[name]?.trim() || null
  }

  checked(name: string, isGood: (value: string) => boolean, message: string): string | null {
    const value = this.text(name)
    if (value !== null && !isGood(value)) this.#refuse(name, message)
    return value
  }

  host(name: string): string | null {
    return this.checked(name, isHost, 'must be a host name or an address')
  }

  port(name: string): number | null {
    const value = this.checked(name, isPort, 'must be a port from 0 to 65535, 0 for any that is free')
    return value === null ? null : Number(value)
  }

  url(name: string, protocols: readonly string[]): string | null {
    const names = protocols.map((protocol) => `${protocol}//`).join(' or ')
    return this.checked(
      name,
      (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
      `must be a URL that starts with ${names}`,
    )
  }

  /** The value itself is never told. */
  key(name: string): Buffer | null {
    const value = this.checked(
      name,
      isKey,
      'must be 32 bytes in base64 or hex, as `openssl rand -base64 32` makes them',
    )
    return value === null || !isKey(value) ? null : keyBytes(value)
  }

  addresses(name: string): string[] | null {
    const addresses = (this.text(name) ?? '').split(/[\s,]+/).filter((address) => address !== '')
    if (!addresses.every(isHostAndPort)) this.#refuse(name, 'must be host:port, with commas between, as kafka-1:9092')
    return addresses.length === 0 ? null : addresses
  }

  networks(name: string): string[] {
    const networks = (this.text(name) ?? '').split(/[\s,]+/).filter((network) => network !== '')
    if (!networks.every(isNetwork))
      this.#refuse(name, 'must be addresses or networks, as 10.0.0.0/8, with commas between')
    return networks
  }

  rpcTls(): Environment['rpcTls'] {
    const names = ['RPC_TLS_CERT_FILE', 'RPC_TLS_KEY_FILE', 'RPC_TLS_CA_FILE']
    const [certFile, keyFile, caFile] = names.map((name) => this.text(name))
    if (certFile && keyFile && caFile) return { certFile, keyFile, caFile }
    const missing = names.filter((name) => this.text(name) === null)
    if (missing.length < names.length) {
      for (const name of missing)
        this.#refuse(name, 'must be set too: mutual TLS needs a certificate, its key and a CA')
    }
    return null
  }

  requireDistinctPorts({ port, apiPort, adminPort, aiProxyPort }: Environment): void {
    if (apiPort !== null && apiPort !== 0 && apiPort === port) this.#refuse('API_PORT', 'must differ from PORT')
    if (aiProxyPort !== 0 && [port, apiPort, adminPort].includes(aiProxyPort)) {
      this.#refuse('AI_PROXY_PORT', 'must differ from PORT, API_PORT and ADMIN_PORT')
    }
    if (adminPort !== 0 && adminPort === port) this.#refuse('ADMIN_PORT', 'must differ from PORT')
    if (adminPort !== 0 && adminPort === apiPort) this.#refuse('ADMIN_PORT', 'must differ from API_PORT')
  }

  #refuse(name: string, message: string): void {
    this.problems.push({ file: 'environment', line: null, path: name, message })
  }
}

function isPort(value: string): boolean {
  return /^\d{1,5}$/.test(value) && Number(value) <= 65_535
}

function isHost(value: string): boolean {
  return isIP(value) !== 0 || /^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252})$/.test(value)
}

function isHostAndPort(value: string): boolean {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(value)
  return match !== null && isHost((match[1] ?? match[2])!) && isPort(match[3]!)
}

const keyBytes = (value: string): Buffer => Buffer.from(value, /^[0-9a-f]{64}$/i.test(value) ? 'hex' : 'base64')

function isKey(value: string): boolean {
  return /^[0-9a-f]{64}$|^[A-Za-z0-9+/]{43}=?$/i.test(value) && keyBytes(value).length === 32
}

function isNetwork(value: string): boolean {
  const [address, bits, ...rest] = value.split('/')
  const version = isIP(address!)
  if (version === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
}

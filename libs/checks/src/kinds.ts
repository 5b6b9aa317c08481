import type { CheckKindName, CheckSpec } from '@akashic/config'
import type { CheckKind } from './check.ts'
import { dnsKind } from './dns.ts'
import { grpcKind } from './grpc.ts'
import { httpKind } from './http.ts'
import { kafkaKind } from './kafka.ts'
import { openaiKind } from './openai.ts'
import { postgresKind } from './postgres.ts'
import { redisKind } from './redis.ts'
import { smtpKind } from './smtp.ts'
import { tcpKind } from './tcp.ts'
import { tlsKind } from './tls.ts'

type PassiveKindName = 'heartbeat' | 'reported'

/** Kinds that are made by going to a target. Drivers are loaded by the first check that needs them. */
const kinds: { readonly [K in Exclude<CheckKindName, PassiveKindName>]: CheckKind<K> } = {
  http: httpKind,
  tcp: tcpKind,
  dns: dnsKind,
  tls: tlsKind,
  postgres: postgresKind,
  redis: redisKind,
  kafka: kafkaKind,
  smtp: smtpKind,
  grpc: grpcKind,
  openai: openaiKind,
}

/** The kind that makes `spec`; undefined when it waits to be told instead of going out. */
export function kindOf(spec: CheckSpec): CheckKind<CheckKindName> | undefined {
  return (kinds as Partial<Record<CheckKindName, unknown>>)[spec.kind] as CheckKind<CheckKindName> | undefined
}

/** Host that the check goes to, to limit how many go there at once; empty when it goes nowhere. */
export function checkHost(spec: CheckSpec): string {
  return kindOf(spec)?.host(spec) ?? ''
}

/** Where the check goes, for operators; without credentials. */
export function describeTarget(spec: CheckSpec): string {
  return kindOf(spec)?.describe(spec) ?? spec.kind
}

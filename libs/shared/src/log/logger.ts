import { context, trace } from '@opentelemetry/api'
import { pino, type DestinationStream, type LevelWithSilent, type Logger } from 'pino'
import { withoutCredentials } from './without-credentials.ts'

export interface LoggerOptions {
  readonly service: string
  readonly level?: LevelWithSilent
  /** Standard output when absent. */
  readonly destination?: DestinationStream
}

const secretNames = ['authorization', 'password', 'token', 'apiKey', 'secret', 'privateKey', 'cookie']

/** JSON lines with UTC instants. Fields with the name of a secret are censored down to three levels, and what looks
 *  like a credential is taken out of the whole line, wherever it came from. Within a trace each line tells its id. */
export function createLogger({ service, level = 'info', destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '***' },
    mixin: activeTrace,
    hooks: { streamWrite: withoutCredentials },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}

function activeTrace(): object {
  const span = trace.getSpanContext(context.active())
  return span === undefined ? {} : { traceId: span.traceId }
}

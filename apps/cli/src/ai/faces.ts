import type { Paint } from '../terminal/paint.ts'
import type { HealthName } from './health-report.ts'

interface Face {
  readonly icon: string
  readonly colour: keyof Paint
}

const healthFaces: Readonly<Record<HealthName, Face>> = {
  failed: { icon: '✖', colour: 'red' },
  degraded: { icon: '▲', colour: 'orange' },
  unknown: { icon: '?', colour: 'grey' },
  healthy: { icon: '●', colour: 'green' },
}

/** The health as an icon, and the colour that goes with it. */
export const healthFace = (health: HealthName): Face => healthFaces[health]

const classWords: Readonly<Record<string, string>> = {
  rate_limit_exceeded: 'rate limit',
  quota_exhausted: 'billing',
  bad_credentials: 'credentials',
  model_unavailable: 'model not there',
  invalid_request: 'bad request',
  api_connection_failed: 'network or server',
  overloaded: 'overload',
  invalid_response: 'unusable answers',
  quality: 'falling quality',
}

/** What kind of failure it is, in one or two words: `billing`, `overload`. */
export const classInWords = (name: string): string => classWords[name] ?? name.replaceAll('_', ' ')

/** `billing: The account has no credit left.` */
export const problemText = (problem: { readonly class: string | null; readonly message: string }): string =>
  problem.class === null ? problem.message : `${classInWords(problem.class)}: ${problem.message}`

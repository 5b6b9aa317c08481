/** trend: values with percentiles; counter: a sum; rate: the share of samples that are true, 0 to 1; gauge: the last value. */
export type MetricType = 'trend' | 'counter' | 'rate' | 'gauge'

/** What is measured without being asked for, with its unit; the names and units of k6. */
export const builtInMetrics = {
  http_reqs: { type: 'counter', unit: '' },
  http_req_duration: { type: 'trend', unit: 'ms' },
  http_req_waiting: { type: 'trend', unit: 'ms' },
  http_req_failed: { type: 'rate', unit: '' },
  checks: { type: 'rate', unit: '' },
  iterations: { type: 'counter', unit: '' },
  iteration_duration: { type: 'trend', unit: 'ms' },
  interrupted_iterations: { type: 'counter', unit: '' },
  dropped_iterations: { type: 'counter', unit: '' },
  data_sent: { type: 'counter', unit: 'bytes' },
  data_received: { type: 'counter', unit: 'bytes' },
  vus: { type: 'gauge', unit: '' },
  vus_max: { type: 'gauge', unit: '' },
} as const satisfies Record<string, { type: MetricType; unit: string }>

export type BuiltInMetric = keyof typeof builtInMetrics

export type Tags = Readonly<Record<string, string>>

/** A metric, or the part of it whose samples carry some tags: `http_req_duration{scenario:login}`. */
export interface Selection {
  readonly metric: string
  readonly tags: Tags
}

/** As thresholds and reports write it. */
export function selectionText({ metric, tags }: Selection): string {
  const parts = Object.entries(tags).map(([key, value]) => `${key}:${value}`)
  return parts.length === 0 ? metric : `${metric}{${parts.join(',')}}`
}

/** @throws SyntaxError for what is no name with tags in braces. */
export function parseSelection(text: string): Selection {
  const [, metric, inner] = /^\s*([A-Za-z_][A-Za-z0-9_]{0,127})\s*(?:\{([^{}]*)\})?\s*$/.exec(text) ?? []
  if (metric === undefined) throw new SyntaxError('must be the name of a metric, with tags in braces if any')
  const tags: Record<string, string> = {}
  for (const part of (inner ?? '').split(',')) {
    if (part.trim() === '' && (inner ?? '').trim() === '') continue
    const at = part.indexOf(':')
    const key = part.slice(0, Math.max(at, 0)).trim()
    if (key === '') throw new SyntaxError('tags are written {name:value,name:value}')
    tags[key] = part
      .slice(at + 1)
      .trim()
      .replace(/^"(.*)"$/, '$1')
  }
  return { metric, tags }
}

export const isSelected = (selected: Tags, tags: Tags): boolean =>
  Object.entries(selected).every(([key, value]) => tags[key] === value)

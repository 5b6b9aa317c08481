import { Resolver } from 'node:dns/promises'

/** What the name service itself answered, asked from here. unknown: it could not be asked; `says` tells why. */
export interface Observation {
  readonly status: 'resolves' | 'not_found' | 'empty' | 'failing' | 'unknown'
  readonly says: string
  /** The name that had an answer. */
  readonly name: string | null
  readonly addresses: readonly string[]
}

/** A name whose address is known from the cluster: who answers otherwise is not its name service. */
export interface Control {
  readonly name: string
  readonly address: string
}

const usualDeadlineMs = 2_000

/** Asks a name server for the names in order, until one has addresses, as a pod's resolver does.
 *  @param server address, with a port where it is not 53. */
export async function askNameServer(
  server: string,
  names: readonly string[],
  control: Control,
  deadlineMs = usualDeadlineMs,
): Promise<Observation> {
  const resolver = new Resolver({ timeout: deadlineMs, tries: 1 })
  const timer = setTimeout(() => resolver.cancel(), deadlineMs)
  try {
    resolver.setServers([server])
    const known = await ask(resolver, control.name)
    if (known.outcome === 'unreachable') return unknown(`${server} does not answer from here (${known.code})`)
    if (!known.addresses.includes(control.address)) {
      return unknown(`what answers at ${server} is not this cluster's name service: it does not know ${control.name}`)
    }
    return await inOrder(resolver, server, names)
  } finally {
    clearTimeout(timer)
  }
}

async function inOrder(resolver: Resolver, server: string, names: readonly string[]): Promise<Observation> {
  let last: Observation = {
    status: 'not_found',
    says: 'the name service knows none of the names',
    name: null,
    addresses: [],
  }
  for (const name of names) {
    const { outcome, code, addresses } = await ask(resolver, name)
    const bare = name.replace(/\.$/, '')
    if (outcome === 'found')
      return { status: 'resolves', says: `it answers ${addresses.join(', ')} for ${bare}`, name, addresses }
    if (outcome === 'unreachable') return unknown(`${server} did not answer for ${bare} in time (${code})`)
    if (outcome === 'failed') last = { status: 'failing', says: `it answers ${code} for ${bare}`, name, addresses: [] }
    if (outcome === 'empty')
      last = { status: 'empty', says: `it knows ${bare}, without an address`, name, addresses: [] }
  }
  return last
}

const unknown = (says: string): Observation => ({ status: 'unknown', says, name: null, addresses: [] })

interface Asked {
  readonly outcome: 'found' | 'absent' | 'empty' | 'failed' | 'unreachable'
  readonly code: string
  readonly addresses: readonly string[]
}

const outcomes: Readonly<Record<string, Asked['outcome']>> = { ENOTFOUND: 'absent', ENODATA: 'empty' }
const answered = new Set(['ESERVFAIL', 'EREFUSED', 'EFORMERR', 'ENOTIMP', 'EBADRESP'])

/** Of both kinds of addresses: one that is found is enough. */
async function ask(resolver: Resolver, name: string): Promise<Asked> {
  const bare = name.replace(/\.$/, '')
  const [four, six] = await Promise.allSettled([resolver.resolve4(bare), resolver.resolve6(bare)])
  const addresses = [four, six].flatMap((each) => (each.status === 'fulfilled' ? each.value : []))
  if (addresses.length > 0) return { outcome: 'found', code: '', addresses }
  const [code = 'ENODATA'] = [four, six].flatMap((each) => (each.status === 'rejected' ? codeOf(each.reason) : []))
  return { outcome: outcomes[code] ?? (answered.has(code) ? 'failed' : 'unreachable'), code, addresses: [] }
}

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? String(error)

/** A host that a setting names, with the port where it names one. */
export interface NamedHost {
  readonly host: string
  readonly port: number | null
}

const inUrl = /[a-z][a-z0-9+.-]*:\/\/(?:[^\s/@]*@)?([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::(\d{1,5}))?/gi
const whole = /^([a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)(?::(\d{1,5}))?$/i
const longest = 4_096

/** The hosts that a setting names: of every URL in it, or the whole of it where it is a name with or without a port.
 *  Never more of it than that, as the rest may be secret. */
export function hostsIn(value: string): readonly NamedHost[] {
  const text = value.slice(0, longest).trim()
  const urls = [...text.matchAll(inUrl)].map((found) => named(found[1], found[2]))
  if (urls.length > 0) return urls
  const name = whole.exec(text)
  return name && /[a-z]/i.test(name[1]!) ? [named(name[1], name[2])] : []
}

const named = (host = '', port: string | undefined): NamedHost => ({
  host: host.toLowerCase(),
  port: port === undefined ? null : Number(port),
})

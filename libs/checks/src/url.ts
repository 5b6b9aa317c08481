/** Scheme, host, port and path of a URL: what may be shown to operators. */
export function withoutCredentials(url: string): string {
  if (!URL.canParse(url)) return 'an unreadable URL'
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

/** The host of a URL as sockets want it: an IPv6 address without its brackets. */
export function bareHost({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
}

/** Percent-decoded; as it is when it cannot be decoded. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

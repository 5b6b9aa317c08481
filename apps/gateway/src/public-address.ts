/** The page as configured. */
export interface PublicPage {
  readonly title: string
  /** Its public address. */
  readonly url?: string
}

/** The address of `path`: whole where the page's own is configured, else from the root. What a request calls this host is
 *  not believed. */
export function publicAddress({ url }: Pick<PublicPage, 'url'>, path: string): string {
  if (url === undefined || !/^https?:\/\//i.test(url)) return path
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname.replace(/\/+$/, '')}${path}`
}

export const incidentPath = (id: string): string => `/incidents/${id}`

export const maintenancePath = (id: string): string => `/maintenances/${id}`

import { contentSecurityPolicy } from '@akashic/status-page'
import { publicRoute } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'

export function pageRoutes(drawPage: () => Promise<string>): Route[] {
  return [
    publicRoute({
      method: 'GET',
      path: '/',
      tag: 'Public',
      summary: 'The status page',
      answers: { 200: { description: 'The page.', type: 'text/html' } },
      serve: async () => ({
        content: { type: 'text/html; charset=utf-8', bytes: await drawPage() },
        headers: { 'cache-control': 'no-cache', 'content-security-policy': contentSecurityPolicy },
      }),
    }),
  ]
}

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { OpsError } from '@akashic/shared/errors'
import { openApiDocument, publicRoute } from '@akashic/shared/http'
import type { Reply, Route } from '@akashic/shared/http'
import { z } from 'zod'

const info = {
  title: 'Akashic Ops',
  version: '1',
  description: 'Live status of the services that a product is made of. Reading the public status needs no key.',
}

const swaggerDir = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
const swaggerFiles: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
}

const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Akashic Ops API</title>
<link rel="stylesheet" href="docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div><script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script>
<noscript>The same as a document: <a href="openapi.json">openapi.json</a></noscript></body>
</html>
`
const start = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#swagger-ui', deepLinking: true })\n`

const docsPolicy =
  "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'"

/** `/openapi.json` of `routes`, and `/docs`, which shows it. Nothing is loaded from elsewhere. */
export function docsRoutes(routes: readonly Route[]): Route[] {
  const describe = (): string => JSON.stringify(openApiDocument(info, [...routes, ...own]))
  let described: string | null = null
  const own: Route[] = [
    publicRoute({
      method: 'GET',
      path: '/openapi.json',
      tag: 'Documentation',
      summary: 'This API as an OpenAPI 3.1 document',
      answers: { 200: { description: 'The document.', type: 'application/json' } },
      serve: async () => text('application/json; charset=utf-8', (described ??= describe())),
    }),
    publicRoute({
      method: 'GET',
      path: '/docs',
      tag: 'Documentation',
      summary: 'This API to read and to try',
      answers: { 200: { description: 'The page.', type: 'text/html' } },
      serve: async () => text('text/html; charset=utf-8', page),
    }),
    publicRoute({
      method: 'GET',
      path: '/docs/{file}',
      tag: 'Documentation',
      summary: 'Parts of the page',
      params: z.strictObject({ file: z.string() }),
      answers: { 200: { description: 'The file.', type: 'text/javascript' } },
      serve: async ({ params: { file } }) => {
        if (file === 'start.js') return text('text/javascript; charset=utf-8', start)
        const type = Object.hasOwn(swaggerFiles, file) ? swaggerFiles[file] : undefined
        if (type === undefined) throw new OpsError('not_found', 'There is nothing at this address.')
        return text(type, await readFile(join(swaggerDir, file)))
      },
    }),
  ]
  return own
}

function text(type: string, bytes: Buffer | string): Reply {
  return {
    content: { type, bytes },
    headers: { 'cache-control': 'public, max-age=300', 'content-security-policy': docsPolicy },
  }
}

import { readFile } from 'node:fs/promises'
import { startGateway } from '../testing/start-gateway.ts'

test('every route that answers is documented, and the documents load nothing from elsewhere', async () => {
  const gateway = await startGateway()
  try {
    const { body } = await gateway.call('GET', '/openapi.json')
    expect(body.openapi).toBe('3.1.0')
    const operations = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(operations).toEqual(
      expect.arrayContaining([
        ...['GET /', 'GET /status', 'GET /status/stream', 'GET /status/components/{id}', 'POST /heartbeats/{token}'],
        ...['GET /badges/{component}.svg', 'GET /badges/{component}/uptime.svg', 'GET /docs', 'GET /openapi.json'],
        ...['GET /api/v1/components', 'POST /api/v1/components', 'GET /api/v1/components/{id}'],
        ...['PATCH /api/v1/components/{id}', 'DELETE /api/v1/components/{id}', 'GET /api/v1/components/{id}/uptime'],
        ...[
          'GET /api/v1/components/{id}/history',
          'POST /api/v1/corrections',
          'GET /api/v1/audit',
          'GET /api/v1/status',
        ],
        ...['GET /api/v1/incidents', 'POST /api/v1/incidents', 'PATCH /api/v1/incidents/{id}'],
        ...['publish', 'resolve', 'reopen', 'roles', 'updates'].map((verb) => `POST /api/v1/incidents/{id}/${verb}`),
        ...['PATCH /api/v1/incidents/{id}/checklist/{item}', 'GET /api/v1/incidents/{id}/timeline'],
        ...['PUT /api/v1/incidents/{id}/postmortem', 'POST /api/v1/maintenances', 'GET /api/v1/truth'],
        ...['GET /api/v1/keys', 'POST /api/v1/keys', 'POST /api/v1/keys/{id}/rotate', 'DELETE /api/v1/keys/{id}'],
      ]),
    )
    const checks = JSON.stringify(body.paths['/api/v1/components'].post.requestBody)
    for (const kind of ['http', 'tcp', 'dns', 'heartbeat']) expect(checks).toContain(`"const":"${kind}"`)
    const page = await gateway.call('GET', '/docs')
    expect(page.text).not.toMatch(/(src|href)="(https?:)?\/\//)
    for (const [, file] of page.text.matchAll(/(?:src|href)="(docs\/[^"]+)"/g)) {
      expect((await gateway.call('GET', `/${file}`)).status).toBe(200)
    }
    for (const path of ['/docs/package.json', '/docs/..%2fpackage.json', '/docs/constructor']) {
      expect((await gateway.call('GET', path)).status).toBe(404)
    }
  } finally {
    await gateway.stop()
  }
})

test('docs/api.md has a row for each operation, with the role it needs, and no other', async () => {
  const gateway = await startGateway()
  try {
    const { body } = await gateway.call('GET', '/openapi.json')
    const served = Object.entries(body.paths as Record<string, Record<string, { description: string }>>).flatMap(
      ([path, methods]) =>
        Object.entries(methods).map(([method, { description }]) => {
          const role = /Needs the role (\w+)\.$/.exec(description)?.[1] ?? ''
          return `${method.toUpperCase()} ${path} ${role}`
        }),
    )
    const text = await readFile(new URL('../../../../docs/api.md', import.meta.url), 'utf8')
    const told = [...text.matchAll(/^\| `([A-Z]+ \/[^`]*)`\s*\|([^|]*)\|/gm)].map(
      ([, operation, role]) => `${operation} ${role!.trim()}`,
    )
    expect(told.toSorted()).toEqual(served.toSorted())
  } finally {
    await gateway.stop()
  }
})

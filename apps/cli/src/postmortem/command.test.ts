import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { akashic } from '../testing/a-session.ts'
import { startFakeServer } from '../testing/fake-server.ts'

const path = '/api/v1/incidents/inc-1/postmortem'
const draft = {
  ...{ version: 0, body: '# Checkout is down\n\n## Overview\n', isDraft: true, isPublished: false },
  ...{ dueAt: '2030-01-02T03:04:05.000Z', durations: [], actionItems: [] },
}

test('a postmortem is printed as a file could have it, and saved from one at the version that was read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'postmortem-'))
  const saved = { ...draft, version: 1, isDraft: false, isPublished: true }
  const server = await startFakeServer({ [`GET ${path}`]: draft, [`PUT ${path}`]: saved })
  try {
    const env = { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' }
    const shown = await akashic(['incident', 'postmortem', 'inc-1'], { env })
    expect(shown.stdout).toBe(draft.body)
    expect(shown.stderr).toContain('due 2030-01-02 03:04 UTC')

    await writeFile(join(folder, 'postmortem.md'), '# All of it\n')
    const argv = ['incident', 'postmortem', 'inc-1', '--save', 'postmortem.md', '--publish']
    expect((await akashic(argv, { env, cwd: folder })).stdout).toBe('Saved as version 1, published.\n')
    const put = server.asked.at(-1)!
    expect(put.headers['if-match']).toBe('"0"')
    expect(put.body).toEqual({ body: '# All of it\n', publish: true })

    const missing = await akashic(argv, { env, cwd: join(folder, 'elsewhere') })
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no such file') })
  } finally {
    await server.stop()
    await rm(folder, { recursive: true })
  }
})

import { spawnSync } from 'node:child_process'
import { ESLint } from 'eslint'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import tseslint from 'typescript-eslint'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** Lints `code` as if it stood at `path`, and gives the ids of the rules it breaks. Type-checked rules are off: the file is not on disk. */
async function rulesBrokenBy(code: string, path: string): Promise<string[]> {
  const eslint = new ESLint({
    cwd: root,
    overrideConfig: [
      { ...tseslint.configs.disableTypeChecked, files: ['**/*.ts'] },
      { files: ['**/*.ts'], languageOptions: { parserOptions: { projectService: false, program: null } } },
    ],
  })
  const [result] = await eslint.lintText(code, { filePath: join(root, path) })
  return result!.messages.map((message) => message.ruleId ?? message.message)
}

describe('the lint rules that keep the structure fire', () => {
  // The rule between projects reads the graph that nx has made of them.
  beforeAll(() => {
    process.env['NX_DAEMON'] = 'false'
    const graph = spawnSync('nx', ['show', 'projects'], { cwd: root, encoding: 'utf8' })
    expect(graph.status).toBe(0)
  })

  test('an app may not import another app', async () => {
    const broken = await rulesBrokenBy(
      "import { createStatusModule } from '@akashic/status-svc'\nexport const x = createStatusModule\n",
      'apps/gateway/src/page/probe.ts',
    )
    expect(broken).toContain('@nx/enforce-module-boundaries')
  })

  test('the platform kit may not import a library of the domain', async () => {
    const broken = await rulesBrokenBy(
      "import { checkSchema } from '@akashic/config'\nexport const x = checkSchema\n",
      'libs/shared/src/http/probe.ts',
    )
    expect(broken).toContain('@nx/enforce-module-boundaries')
  })

  test('a feature may not import the store of another feature', async () => {
    const broken = await rulesBrokenBy(
      "import * as store from '../component/store.ts'\nexport const x = store\n",
      'apps/status-svc/src/uptime/probe.ts',
    )
    expect(broken).toContain('boundaries/dependencies')
  })

  test('a feature may import its own store', async () => {
    const broken = await rulesBrokenBy(
      "import * as store from './store.ts'\nexport const x = store\n",
      'apps/status-svc/src/component/probe.ts',
    )
    expect(broken).toEqual([])
  })

  test('the transport is imported by the composition root alone', async () => {
    const fromFeature = await rulesBrokenBy(
      "import * as rpc from '../rpc.ts'\nexport const x = rpc\n",
      'apps/status-svc/src/component/probe.ts',
    )
    expect(fromFeature).toContain('boundaries/dependencies')
    const fromModule = await rulesBrokenBy(
      "import * as rpc from './rpc.ts'\nexport const x = rpc\n",
      'apps/status-svc/src/module.ts',
    )
    expect(fromModule).toEqual([])
  })

  test.each([
    ['the environment', 'export const x = process.env.HOME\n'],
    ['the wall clock', 'export const x = Date.now()\n'],
    ['a date from the air', 'export const x = new Date()\n'],
    ['chance', 'export const x = Math.random()\n'],
  ])('a feature may not read %s', async (_what, code) => {
    const broken = await rulesBrokenBy(code, 'apps/status-svc/src/component/probe.ts')
    expect(broken.some((rule) => rule.startsWith('no-restricted-'))).toBe(true)
  })
})

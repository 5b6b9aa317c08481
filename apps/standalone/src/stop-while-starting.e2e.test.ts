import { execFileSync } from 'node:child_process'
import { makeHome, type Home } from './testing/home.ts'
import { killAll, stopAtLine } from './testing/run-product.ts'

let home: Home
beforeAll(async () => {
  home = await makeHome('components: []\n')
})
afterEach(killAll)
afterAll(() => home.remove())

function processesOn(folder: string): string[] {
  const lines = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n')
  return lines.filter((line) => line.includes('postgres') && line.includes(`-D ${folder}`))
}

test.each(['reading the configuration', 'postgres: embedded', 'gRPC is listening'])(
  'SIGTERM at the line "%s" of a start ends it with code 0 and leaves no database running',
  async (line) => {
    const ended = await stopAtLine(home, line, 'SIGTERM')
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' })
    expect(processesOn(home.dataDir)).toEqual([])
  },
)

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** A backend that takes its time to compile, as on a busy machine. */
const slowlyCompiled = `
  const { instantiate } = WebAssembly
  WebAssembly.instantiate = async (...given) => {
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    return instantiate(...given)
  }
  const { loadModel } = await import('./load-model.ts')
  const [vector] = await (await loadModel()).embed(['The backend was waited for.'])
  console.log(vector.length)`

test('the model waits for what computes it, however long that takes to compile', async () => {
  const args = ['--input-type=module', '-e', slowlyCompiled]
  const { stdout } = await promisify(execFile)('node', args, { cwd: import.meta.dirname, timeout: 60_000 })
  expect(stdout.trim()).toBe('512')
}, 90_000)

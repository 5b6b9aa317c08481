#!/usr/bin/env node
// Plain JavaScript: it must run on whatever Node the machine has, and hands over to the one that the workspace brings.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const main = new URL('../src/main.ts', import.meta.url)
const [major] = process.versions.node.split('.').map(Number)

if (major >= 24) {
  await import(main.href)
} else {
  const child = spawn(workspaceNode(), [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', () => {
    process.stderr.write(`akashic needs Node 24, and this is ${process.version}. Run "npm ci" in its folder first.\n`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal]
  })
}

function workspaceNode() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node')
  } catch {
    return 'node24'
  }
}

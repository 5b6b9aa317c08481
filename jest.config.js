export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{apps,libs,testbed,scripts}/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/.akashic/'],
  modulePathIgnorePatterns: ['/.nx/', '/.akashic/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  testTimeout: 30_000,
  maxWorkers: 2,
  // Modules of suites that ended stay in a worker's heap: hundreds of suites fill it.
  workerIdleMemoryLimit: '1.5GB',
}

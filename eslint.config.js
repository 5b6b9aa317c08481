import nx from '@nx/eslint-plugin'
import boundaries from 'eslint-plugin-boundaries'
import tseslint from 'typescript-eslint'

const anyTime = 'Time, chance and environment come from outside: take them from Platform or the configuration.'

export default tseslint.config(
  {
    ignores: ['**/node_modules/', '.nx/', '.akashic/', 'libs/proto/src/generated/', 'coverage/', '**/*.client.js'],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/require-await': 'off',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: [],
          enforceBuildableLibDependency: false,
          // Tests of the kit use the testbed, and the testbed starts its Postgres with the kit.
          ignoredCircularDependencies: [['@akashic/shared', '@akashic/testbed']],
          depConstraints: [
            {
              sourceTag: 'type:composition',
              onlyDependOnLibsWithTags: ['type:app', 'type:lib', 'type:kit', 'type:proto', 'type:testing'],
            },
            { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:lib', 'type:kit', 'type:proto', 'type:testing'] },
            { sourceTag: 'type:lib', onlyDependOnLibsWithTags: ['type:lib', 'type:kit', 'type:proto', 'type:testing'] },
            { sourceTag: 'type:kit', onlyDependOnLibsWithTags: ['type:testing'] },
            { sourceTag: 'type:proto', onlyDependOnLibsWithTags: ['type:kit'] },
            { sourceTag: 'type:testing', onlyDependOnLibsWithTags: ['type:kit', 'type:lib'] },
            { sourceTag: 'type:bench', onlyDependOnLibsWithTags: ['*'] },
          ],
        },
      ],
    },
  },
  {
    files: ['apps/*/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    plugins: { boundaries },
    settings: {
      'import/resolver': { typescript: { alwaysTryTypes: true } },
      'boundaries/root-path': import.meta.dirname,
      'boundaries/elements': [{ type: 'feature', pattern: 'apps/*/src/*', capture: ['app', 'feature'] }],
      'boundaries/files': [
        { category: 'store', pattern: '**/*store.ts' },
        { category: 'transport', pattern: 'apps/*/src/{rpc,rpc-*,subscriptions}.ts' },
        { category: 'composition', pattern: 'apps/*/src/module.ts' },
      ],
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'allow',
          policies: [
            {
              from: { element: { type: 'feature' } },
              disallow: {
                to: {
                  element: { type: 'feature', captured: { feature: '!{{ from.element.captured.feature }}' } },
                  file: { categories: 'store' },
                },
              },
              message: 'Another feature is used through its verbs, never through its store.',
            },
            {
              disallow: { to: { file: { categories: 'transport' } } },
              message: 'rpc.ts and subscriptions.ts are imported by module.ts alone.',
            },
            {
              from: { file: { categories: 'composition' } },
              allow: { to: { file: { categories: 'transport' } } },
            },
          ],
        },
      ],
    },
  },
  {
    files: ['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts'],
    ignores: ['libs/shared/src/**', '**/main.ts', '**/*.test.ts', 'apps/cli/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: anyTime },
        { object: 'Date', property: 'now', message: anyTime },
        { object: 'Math', property: 'random', message: anyTime },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: anyTime },
      ],
    },
  },
  {
    files: [
      '**/*.test.ts',
      '**/testing/**',
      '**/*-contract.ts',
      '**/*-harness.ts',
      'testbed/**',
      'bench/**',
      'scripts/**',
    ],
    rules: {
      '@typescript-eslint/no-misused-promises': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      'no-restricted-properties': 'off',
      'no-restricted-syntax': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
)

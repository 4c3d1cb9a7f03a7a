import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import ts from 'typescript-eslint';

const SPECS = ['**/*.spec.ts'];
const SQLITE = ['node:sqlite', 'better-sqlite3'];

/** Imports that a room of the house may not make: regular expressions on the specifier, each with the reason told to the writer. */
function closed(...doors) {
  const patterns = doors.map(([regex, message]) => ({ regex, message }));
  return { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] };
}
const noSql = [`^(?:${SQLITE.join('|')})$`, 'Only ledger/ speaks SQL.'];
const noSimulators = ['/testing/', 'The simulators are for tests and hosts: the bridge itself never leans on them.'];

export default defineConfig(
  { ignores: ['dist/', 'coverage/', '**/node_modules/', 'test/hosts/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [ts.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 300, skipBlankLines: true }],
      'no-var': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description', minimumDescriptionLength: 10 }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { inheritedMethods: false } }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // A port's method may be async for its type alone; an engine that needs no await is no mistake.
      '@typescript-eslint/require-await': 'off',
    },
  },
  { files: ['lib/**/*.ts'], rules: { 'no-console': 'error', 'no-restricted-globals': ['error', 'console'] } },
  // Arrows point inward. One room, one list: a later entry replaces an earlier one.
  { files: ['lib/**/*.ts'], ignores: SPECS, rules: closed(noSql, noSimulators) },
  { files: ['lib/ledger/**/*.ts'], ignores: SPECS, rules: closed(noSimulators) },
  { files: ['lib/testing/**/*.ts'], ignores: SPECS, rules: closed(noSql) },
  {
    files: ['lib/messages/**/*.ts'],
    ignores: SPECS,
    rules: closed(noSql, ['^(?:\\.\\./|@nestjs/)', 'messages/ is the bridge\'s own language: it knows nobody.']),
  },
  {
    files: ['lib/clevertap/**/*.ts'],
    ignores: SPECS,
    rules: closed(noSql, noSimulators, ['/aisensy/', 'The two sides meet in messages/ and never know each other.']),
  },
  {
    files: ['lib/aisensy/**/*.ts'],
    ignores: SPECS,
    rules: closed(noSql, noSimulators, [
      '/clevertap/(?!callback-form\\.ts$)',
      'The two sides meet in messages/; callback-form.ts is the one form that both speak.',
    ]),
  },
  {
    files: ['sample-app/**/*.ts'],
    rules: closed(noSql, ['(?:^|/)lib/', 'A host app knows the package by its name alone.']),
  },
  { files: ['test/**/*.ts', '**/*.spec.ts'], rules: { '@typescript-eslint/unbound-method': 'off' } },
  { files: ['**/*.js'], languageOptions: { globals: { process: 'readonly' } } },
);

import { join } from 'node:path';

// Every host under test starts a ledger thread, which Node loads as TypeScript, without Jest: types are stripped once, not each time.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/node-compile-cache');

/**
 * The unit suite runs once on each major of Nest: on the root's Nest 12, and on the Nest 11 that stands in `test/nest-11`.
 * Nest 12 is ESM only, so files are run as native modules (`--experimental-vm-modules`, on the Node that is a dev dependency).
 */
const base = {
  testEnvironment: 'node',
  rootDir: import.meta.dirname,
  roots: ['<rootDir>/lib', '<rootDir>/sample-app', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/packaging/', '<rootDir>/test/hosts/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { module: { type: 'es6' }, jsc: { rewriteRelativeImportExtensions: false }, sourceMaps: 'inline' }] },
};
const ownName = {
  '^nestjs-whatsapp-bridge$': '<rootDir>/lib/index.ts',
  '^nestjs-whatsapp-bridge/testing$': '<rootDir>/lib/testing/index.ts',
};
const nest11 = { '^@nestjs/((?:common|core|testing|platform-express|platform-fastify)(?:/.*)?)$': '<rootDir>/test/nest-11/node_modules/@nestjs/$1' };

export default {
  projects: [
    { ...base, displayName: 'nest-12', globals: { NEST_MAJOR: 12 }, moduleNameMapper: ownName, setupFiles: ['<rootDir>/test/preload-nest.js'] },
    { ...base, displayName: 'nest-11', globals: { NEST_MAJOR: 11 }, moduleNameMapper: { ...ownName, ...nest11 } },
  ],
  reporters: ['default', '<rootDir>/test/plain-summary.reporter.js'],
  maxWorkers: 2,
  // Nothing is left open: a worker that has run half of the suite has gigabytes to hand back, which takes longer than Jest's 500 ms.
  workerGracefulExitTimeout: 10_000,
  testTimeout: 20_000,
};

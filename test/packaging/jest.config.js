/** Builds and packs the library, and tries the package as a host app gets it: run by `npm run test:packaging`. */
export default {
  testEnvironment: 'node',
  rootDir: import.meta.dirname,
  testMatch: ['<rootDir>/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { module: { type: 'es6' }, jsc: { rewriteRelativeImportExtensions: false }, sourceMaps: 'inline' }] },
  globalSetup: '<rootDir>/support/pack.js',
  reporters: ['default', '<rootDir>/../plain-summary.reporter.js'],
  maxWorkers: 2,
  testTimeout: 600_000,
};

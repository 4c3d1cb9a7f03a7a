const base = {
  testEnvironment: 'node',
  rootDir: import.meta.dirname,
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { module: { type: 'es6' }, jsc: { rewriteRelativeImportExtensions: false }, sourceMaps: 'inline' }] },
  roots: ['<rootDir>/lib', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
};
const nest11 = '<rootDir>/test/nest-11/node_modules/@nestjs/$1';
export default {
  projects: [
    { ...base, displayName: 'nest-12' },
    { ...base, displayName: 'nest-11', moduleNameMapper: { '^@nestjs/((?:common|core|testing|platform-express|platform-fastify)(?:/.*)?)$': nest11 } },
  ],
};

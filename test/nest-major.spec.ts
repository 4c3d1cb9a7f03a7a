import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { HttpException } from '@nestjs/common';
import { ThrottlerException } from '@nestjs/throttler';

/** The major that jest's project claims to run on: `globals` in jest.config.js. */
declare const NEST_MAJOR: number;

const require = createRequire(import.meta.url);

function installedMajor(name: string): number {
  const manifest: unknown = JSON.parse(readFileSync(join(dirname(require.resolve(name)), 'package.json'), 'utf8'));
  expect(manifest).toMatchObject({ name });
  return Number.parseInt((manifest as { version: string }).version, 10);
}

describe('the Nest under test', () => {
  it.each(['common', 'core', 'testing', 'platform-express', 'platform-fastify'])('@nestjs/%s is of the claimed major', (name) => {
    expect(installedMajor(`@nestjs/${name}`)).toBe(NEST_MAJOR);
  });

  it('is the one that packages beside it see too', () => {
    expect(new ThrottlerException()).toBeInstanceOf(HttpException);
  });
});

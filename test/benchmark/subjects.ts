import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Build, ROOT } from './build.ts';
import { Child } from './processes/child.ts';
import type { SubjectMethods, SubjectSetup } from './subjects/subject.ts';

interface Subject {
  title: string;
  file: string;
  adapter: SubjectSetup['adapter'];
  major: 11 | 12;
}

/** Everything that is measured. */
export const SUBJECTS = {
  plain: { title: 'plain Node pipeline', file: 'plain.js', adapter: 'fastify', major: 12 },
  'plain-nest': { title: 'plain pipeline with claims, Nest 12 + Fastify', file: 'plain-nest.js', adapter: 'fastify', major: 12 },
  'naive-fastify': { title: 'naive controller, Nest 12 + Fastify', file: 'naive.js', adapter: 'fastify', major: 12 },
  'naive-express': { title: 'naive controller, Nest 12 + Express', file: 'naive.js', adapter: 'express', major: 12 },
  'bridge-fastify': { title: 'bridge, Nest 12 + Fastify', file: 'bridge.js', adapter: 'fastify', major: 12 },
  'bridge-express': { title: 'bridge, Nest 12 + Express', file: 'bridge.js', adapter: 'express', major: 12 },
  'bridge-fastify-11': { title: 'bridge, Nest 11 + Fastify (CommonJS)', file: 'bridge.js', adapter: 'fastify', major: 11 },
  'bridge-express-11': { title: 'bridge, Nest 11 + Express (CommonJS)', file: 'bridge.js', adapter: 'express', major: 11 },
} satisfies Record<string, Subject>;

export type SubjectName = keyof typeof SUBJECTS;

export const isNaive = (name: SubjectName): boolean => name.startsWith('naive');

const NEST_11 = join(ROOT, 'test/nest-11/package.json');

/** Starts a subject in a process of its own. */
export function startSubject(
  build: Build, name: SubjectName, setup: Omit<SubjectSetup, 'adapter'>, profiles?: string,
): Promise<Child<SubjectMethods>> {
  const { file, adapter, major } = SUBJECTS[name];
  const kind = major === 11 ? 'cjs' : 'esm';
  const first = [...(major === 11 ? ['nest-11.js'] : []), ...(profiles === undefined ? [] : ['profile-workers.js'])];
  const flags = ['--expose-gc', ...first.flatMap((hook) => ['--import', pathToFileURL(build.entry('esm', hook)).href])];
  process.env['BENCHMARK_NEST_11'] = NEST_11;
  if (profiles !== undefined) process.env['BENCHMARK_PROFILES'] = profiles;
  return Child.start<SubjectMethods>(build.entry(kind, file), { ...setup, adapter }, flags);
}

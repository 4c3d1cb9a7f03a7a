import type { AbstractHttpAdapter } from '@nestjs/core';
import type { SubjectSetup } from './subject.ts';

/** Loads the one adapter that the subject runs on. */
export async function adapterOf(name: SubjectSetup['adapter']): Promise<AbstractHttpAdapter> {
  if (name === 'express') {
    const { ExpressAdapter } = await import('@nestjs/platform-express');
    return new ExpressAdapter();
  }
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  return new FastifyAdapter() as AbstractHttpAdapter;
}

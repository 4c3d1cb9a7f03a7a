import { Test } from '@nestjs/testing';
import { NestFactory } from '@nestjs/core';
import type { INestApplication, ModuleMetadata, NestApplicationOptions } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';

export type Platform = 'Express' | 'Fastify';

/** Both platforms, for `describe.each`. */
export const PLATFORMS: Platform[] = ['Express', 'Fastify'];

const adapterOf = (platform: Platform): ExpressAdapter | FastifyAdapter =>
  platform === 'Express' ? new ExpressAdapter() : new FastifyAdapter();

/** A host app that does not listen yet, made as in a host's tests. */
export async function testingHost(
  platform: Platform, metadata: ModuleMetadata, options?: NestApplicationOptions,
): Promise<INestApplication> {
  const module = await Test.createTestingModule(metadata).compile();
  return module.createNestApplication(adapterOf(platform), { logger: false, ...options });
}

/** A host app that does not listen yet, made as in a host's `main.ts`. */
export async function factoryHost(
  platform: Platform, metadata: ModuleMetadata, options?: NestApplicationOptions,
): Promise<INestApplication> {
  @Module(metadata)
  class HostModule {}
  return NestFactory.create(HostModule, adapterOf(platform), { logger: false, abortOnError: false, ...options });
}

/** Lets the app listen on a free port of this machine, and tells its address. */
export async function listen(app: INestApplication): Promise<string> {
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface Call {
  method?: string;
  headers?: Record<string, string>;
  /** Several parts go out as a chunked body. */
  body?: string | Buffer | (string | Buffer)[];
}

/** One request over a socket of its own, with no header that the call does not name. */
export function call(base: string, path: string, { method = 'POST', headers = {}, body = '' }: Call = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const client = request(new URL(path, base), { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({
        status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString(),
      }));
    });
    client.on('error', reject);
    if (Array.isArray(body)) {
      for (const part of body) client.write(part);
      client.end();
    } else {
      if (method === 'POST') client.setHeader('Content-Length', Buffer.byteLength(body));
      client.end(method === 'POST' ? body : undefined);
    }
  });
}

import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type INestApplication, Logger, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as library from 'nestjs-whatsapp-bridge';
import { AiSensySimulator, CleverTapSimulator } from 'nestjs-whatsapp-bridge/testing';
import { eventually } from './support/eventually.ts';
import { optionDefaults, optionVariables } from './support/option-tree.ts';
import { codeIn, Readme, REPOSITORY } from './support/readme.ts';
import { ReadmeCode } from './support/readme-code.ts';

const readme = new Readme();
const code = await ReadmeCode.unpack(readme.blocks);
await code.compile();
const load = <T>(file: string): Promise<T> => import(pathToFileURL(join(code.folder, file)).href) as Promise<T>;

// The README's own test of a host app is one of this file's.
await load('feedback.spec.js');
afterAll(() => code.remove());

describe('the quick start', () => {
  const callbackToken = 'of-callbacks';
  let cleverTap: CleverTapSimulator;
  let aiSensy: AiSensySimulator;
  let app: INestApplication | undefined;

  beforeEach(async () => {
    Logger.overrideLogger(false);
    cleverTap = await new CleverTapSimulator({ headers: { 'X-Api-Key': 'of-clevertap' }, deadlineMs: 20_000, giveUpMs: 20_000 }).start();
    aiSensy = await new AiSensySimulator({ headers: { 'X-Key': 'of-aisensy' }, token: callbackToken, replies: { tap: 'Good' } }).start();
    Object.assign(process.env, environment(), {
      WHATSAPP_BRIDGE_AISENSY_ENDPOINT: aiSensy.endpoint, WHATSAPP_BRIDGE_LEDGER_ENGINE: 'memory', PORT: '0',
    });
  });

  afterEach(async () => {
    for (const name of Object.keys(process.env)) if (name.startsWith('WHATSAPP_BRIDGE_')) delete process.env[name];
    delete process.env.PORT;
    await Promise.all([cleverTap.stop(), aiSensy.stop()]);
    await app?.close();
    jest.restoreAllMocks();
  });

  it('needs no other variables than it names', () => {
    const names = [...readme.file('.env').matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    expect(names).toEqual(Object.keys(environment()));
  });

  it('runs as it is written, on Express', async () => {
    const create = jest.spyOn(NestFactory, 'create');
    await load('main.js');
    app = await (create.mock.results[0]!.value as Promise<INestApplication>);
    await round(await eventually(() => app!.getUrl()));
    expect(mappedRoutes(app)).toEqual(readme.rows('Routes').map(([route]) => codeIn(route)).filter((route) => route?.includes('/')).sort());
  });

  it('runs on Fastify', async () => {
    const { AppModule } = await load<{ AppModule: Type }>('app.module.js');
    app = await NestFactory.create(AppModule, new FastifyAdapter(), { abortOnError: false });
    await app.listen(0, '127.0.0.1');
    await round(await app.getUrl());
  });

  /** What somebody writes into `.env`. */
  function environment(): Record<string, string> {
    return {
      WHATSAPP_BRIDGE_NICKNAME: 'AiSensy_WA',
      WHATSAPP_BRIDGE_MOBILE_NUMBER: cleverTap.wabaNumber,
      WHATSAPP_BRIDGE_CLEVERTAP_HEADERS: '{"X-Api-Key":"of-clevertap"}',
      WHATSAPP_BRIDGE_CLEVERTAP_DELIVERY_REPORT_URL: cleverTap.deliveryReportUrl,
      WHATSAPP_BRIDGE_CLEVERTAP_INBOUND_MESSAGE_URL: cleverTap.inboundMessageUrl,
      WHATSAPP_BRIDGE_AISENSY_HEADERS: '{"X-Key":"of-aisensy"}',
      WHATSAPP_BRIDGE_AISENSY_CALLBACK_TOKEN: callbackToken,
    };
  }

  /** Three messages go all the way round, and the three people who tap "Good" are thanked. */
  async function round(url: string): Promise<void> {
    cleverTap.providerUrl = `${url}/whatsapp/clevertap/messages`;
    aiSensy.setTargets({
      deliveryReportUrl: `${url}/whatsapp/aisensy/delivery-reports`, inboundMessageUrl: `${url}/whatsapp/aisensy/inbound-messages`,
    });
    await cleverTap.runCampaign({ messages: 3, form: 'quickReplies' });
    await aiSensy.waitForMessages(6);
    await cleverTap.waitForStatuses(9);
    await cleverTap.waitForInbound(3);
    expect(cleverTap.balance()).toMatchObject({ success: 3, read: 3, replied: 3, unaccounted: 0, foreignMsgIds: 0 });
    expect(aiSensy.received.filter(({ template }) => template === undefined)).toHaveLength(3);
  }
});

describe('the README', () => {
  it('shows code that compiles', async () => {
    expect(await code.typeErrors()).toEqual([]);
  }, 300_000);

  it('names every export', () => {
    expect(Object.keys(library).filter((name) => !new RegExp(`\\b${name}\\b`).test(readme.text))).toEqual([]);
  });

  it('links to what is there', () => {
    const isThere = (link: string): boolean => (link.startsWith('#') ? readme.anchors.includes(link) : existsSync(join(REPOSITORY, link)));
    expect(readme.links.filter((link) => !isThere(link))).toEqual([]);
  });

  it.each(['npm ci && npm start', 'npm ci && npm test'])('tells how to run this repository: %s', (command) => {
    expect(readme.blocks.map((block) => block.code.trim())).toContain(command);
  });

  it('names no script that does not exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    const named = [...readme.text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe('the tables of options', () => {
  const rows = readme.rows('Options').filter(([option]) => codeIn(option) !== undefined);
  const told = <T>(cell: (row: string[]) => T): Record<string, T> => Object.fromEntries(rows.map((row) => [codeIn(row[0])!, cell(row)]));

  it('name every option with its default', () => {
    const defaults = [...optionDefaults()].map(([option, value]) => [option, value === undefined ? undefined : inWords(value)]);
    expect(told((row) => codeIn(row.at(-2)))).toEqual(Object.fromEntries(defaults));
  });

  it('name every variable', () => {
    const variables = optionVariables();
    expect(told((row) => (row.length === 4 ? codeIn(row[1]) : undefined))).toEqual(told((row) => variables.get(codeIn(row[0])!)));
    expect([...variables.keys()].filter((option) => !(option in told(() => true)))).toEqual([]);
  });

  function inWords(value: unknown): string {
    return typeof value === 'string' ? value : JSON.stringify(value);
  }
});

/** `POST /whatsapp/…` for each route of the app, sorted. */
function mappedRoutes(app: INestApplication): string[] {
  interface Layer { route?: { path: string; methods: Record<string, boolean> } }
  const { router } = app.getHttpAdapter().getInstance() as { router: { stack: Layer[] } };
  return router.stack.flatMap(({ route }) =>
    route === undefined ? [] : Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`)).sort();
}

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { content, template } from '../../test/support/templates.ts';
import { account, options } from '../../test/support/options.ts';
import { now } from '../clock.ts';
import type { MessageContent } from '../messages/outbound-message.ts';
import type { Template } from '../messages/template.ts';
import { Accounts } from '../options/accounts.ts';
import { resolveOptions } from '../options/resolve-options.ts';
import { Preflight } from './preflight.ts';
import { TemplateCatalogues } from './template-catalogues.ts';

const ACCOUNT = '+918889500122';
const FITS = content({}, 'Asha', 'A-1');
const MISFITS = content({}, 'Asha');

/** AiSensy's templates, and how it answers. */
class Source {
  templates: Template[] = [template()];
  loads = 0;
  mood: 'well' | 'failing' | 'silent' = 'well';

  async load(): Promise<Template[]> {
    this.loads += 1;
    if (this.mood === 'failing') throw new Error('AiSensy answered 500');
    if (this.mood === 'silent') return new Promise<never>(() => undefined);
    return this.templates;
  }
}

describe('Preflight', () => {
  let source: Source;
  let preflight: Preflight;
  let catalogues: TemplateCatalogues;

  const start = (changes: object = {}, sources = new Map([[ACCOUNT, source]])): void => {
    const resolved = resolveOptions(options({ accounts: [account(changes)] }));
    const accounts = new Accounts(resolved.accounts);
    catalogues = new TemplateCatalogues(resolved, sources, accounts);
    preflight = new Preflight(accounts, catalogues);
  };
  const check = (message: MessageContent) => preflight.check({ account: ACCOUNT, content: message }, now());
  /** The list as it is, before the message that is looked at. */
  const known = async (): Promise<void> => void await catalogues.of(ACCOUNT)!.known();

  beforeEach(() => {
    jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    source = new Source();
    start();
  });

  afterEach(() => void jest.restoreAllMocks());

  it('lets pass what fits, at once', async () => {
    await known();
    expect(check(FITS)).toBeUndefined();
    expect([source.loads, preflight.refusals]).toEqual([1, 0]);
  });

  it('refuses what does not fit a list that is as new as the message', async () => {
    await known();
    expect(await check(MISFITS)).toEqual({ code: 1001, title: 'Template order_update (en): its body takes 2 values, 1 came' });
    expect([source.loads, preflight.refusals]).toEqual([2, 1]);
  });

  it('waits for the first list', async () => {
    expect(await check(MISFITS)).toMatchObject({ code: 1001 });
    expect(await check(FITS)).toBeUndefined();
  });

  it('takes a template that came about a moment ago', async () => {
    await known();
    source.templates = [template(), template({ name: 'new_one' })];
    expect(await check(content({ name: 'new_one' }, 'a', 'b'))).toBeUndefined();
    expect(source.loads).toBe(2);
  });

  it('takes one that was approved after it had been refused', async () => {
    await known();
    const message = content({ name: 'new_one' }, 'a', 'b');
    expect(await check(message)).toMatchObject({ title: "Template new_one is none of AiSensy's approved ones" });
    source.templates = [template(), template({ name: 'new_one' })];
    expect(await check(message)).toBeUndefined();
  });

  it('asks AiSensy a few times at the most for a campaign that makes one mistake', async () => {
    await known();
    const burst = await Promise.all(Array.from({ length: 500 }, async () => check(MISFITS)));
    expect(burst.every((reason) => reason?.code === 1001)).toBe(true);
    for (let i = 0; i < 500; i += 1) expect(await check(MISFITS)).toMatchObject({ code: 1001 });
    expect(source.loads).toBeLessThan(10);
    expect(preflight.refusals).toBe(1_000);
  });

  it.each(['failing', 'silent'] as const)('takes the message where AiSensy is %s', async (mood) => {
    await known();
    source.mood = mood;
    expect(await check(MISFITS)).toBeUndefined();
    expect(preflight.refusals).toBe(0);
  });

  it('takes what came before there was a list, and waits for the list once', async () => {
    source.mood = 'silent';
    expect(await Promise.all(Array.from({ length: 100 }, async () => check(MISFITS)))).toEqual(Array(100).fill(undefined));
    const late = Promise.resolve(check(MISFITS));
    expect(await Promise.race([late, nextTurn('waits')])).toBeUndefined();
    expect(source.loads).toBe(1);
  });

  it('leaves alone free messages, accounts whose templates are not known, and those that do not want it', async () => {
    await known();
    expect(check({ type: 'text', text: 'Hi' })).toBeUndefined();
    start({ preflight: false });
    await known();
    expect(check(MISFITS)).toBeUndefined();
    start({}, new Map());
    expect(check(MISFITS)).toBeUndefined();
  });
});

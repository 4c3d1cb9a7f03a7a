import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { eventually } from '../../test/support/eventually.ts';
import { template } from '../../test/support/templates.ts';
import type { Template } from '../messages/template.ts';
import { TemplateCatalogue } from './template-catalogue.ts';
import type { TemplateList } from './template-list.ts';

/** A source whose answers a test gives by hand. */
class Source {
  readonly asked: { give: (templates: Template[]) => void; fail: (error: unknown) => void }[] = [];

  load(): Promise<Template[]> {
    return new Promise((give, fail) => this.asked.push({ give, fail }));
  }
}

const A = template({ name: 'a' });
const B = template({ name: 'b' });
const names = (list: { templates: readonly Template[] } | undefined): string[] | undefined => list?.templates.map(({ name }) => name);

describe('TemplateCatalogue', () => {
  let source: Source;
  let warned: jest.SpiedFunction<typeof Logger.prototype.warn>;
  const catalogue = (refreshMs = 60_000): TemplateCatalogue => new TemplateCatalogue('AiSensy_WA', source, refreshMs);

  beforeEach(() => {
    source = new Source();
    warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  });
  afterEach(() => void jest.restoreAllMocks());

  it('reads the list once for everybody who waits for it, and keeps it', async () => {
    const own = catalogue();
    const waiting = [own.known(), own.known(), own.known()];
    expect(own.current).toBeUndefined();
    source.asked[0]!.give([B, A]);
    for (const list of await Promise.all(waiting)) expect(names(list)).toEqual(['a', 'b']);
    expect(names(await own.known())).toEqual(['a', 'b']);
    expect(source.asked).toHaveLength(1);
  });

  it('reads it anew when it is old, and gives the old one meanwhile', async () => {
    const own = catalogue(1);
    const first = own.known();
    source.asked[0]!.give([A]);
    await first;
    await eventually(() => {
      expect(names(own.current)).toEqual(['a']);
      expect(source.asked).toHaveLength(2);
    });
    expect(names(await own.known())).toEqual(['a']);
    source.asked[1]!.give([B]);
    await eventually(() => expect(names(own.current)).toEqual(['b']));
  });

  it('keeps the last good list where reading it anew fails', async () => {
    const own = catalogue();
    const first = own.known();
    source.asked[0]!.give([A]);
    await first;
    const refreshed = own.refresh();
    source.asked[1]!.fail(new Error('AiSensy answered 500'));
    expect(await refreshed).toBe(false);
    expect(names(own.current)).toEqual(['a']);
    expect(warned.mock.calls).toEqual([["Account AiSensy_WA: AiSensy's templates could not be read (AiSensy answered 500); the 1 from before are kept."]]);
  });

  it('rests after a failure, but for whoever has no list at all', async () => {
    const own = catalogue(1);
    const first = own.known();
    source.asked[0]!.fail('no error');
    await expect(first).rejects.toThrow('no error');
    expect(own.current).toBeUndefined();
    expect(await own.refresh()).toBe(false);
    expect(source.asked).toHaveLength(1);
    const again = own.known();
    source.asked[1]!.give([A]);
    expect(names(await again)).toEqual(['a']);
  });

  it('gives the list soon to whoever does without it if need be: waits for the first reading alone, and asks for nothing itself', async () => {
    const own = catalogue(1);
    expect(own.soon).toBeUndefined();
    expect(source.asked).toEqual([]);
    const first = own.known();
    const waiting = [own.soon, own.soon];
    source.asked[0]!.give([A]);
    for (const list of waiting) expect(names(await list)).toEqual(['a']);
    await first;
    const refreshed = own.refresh();
    expect(names(own.soon as TemplateList)).toEqual(['a']);
    source.asked[1]!.fail('no error');
    expect(await refreshed).toBe(false);
  });

  it('gives no list soon where the first reading fails, or takes longer than a moment', async () => {
    const own = catalogue();
    const first = own.known();
    const waiting = own.soon;
    source.asked[0]!.fail('no error');
    await expect(first).rejects.toThrow('no error');
    expect(await waiting).toBeUndefined();
    void own.known().catch(() => undefined);
    const started = Date.now();
    expect(await own.soon).toBeUndefined();
    expect(Date.now() - started).toBeLessThan(5_000);
    expect(own.soon).toBeUndefined();
  });

  it('refreshes once for all who ask at once, and tells when it began', async () => {
    const own = catalogue();
    expect(own.readingSince).toBeUndefined();
    const refreshes = [own.refresh(), own.refresh()];
    expect(own.readingSince).toBeGreaterThan(0);
    source.asked[0]!.give([A]);
    expect(await Promise.all(refreshes)).toEqual([true, true]);
    expect([source.asked.length, own.readingSince]).toEqual([1, undefined]);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readdirSync } from 'node:fs';
import { parseCallback } from '../../lib/aisensy/callback.parser.ts';
import type { Callback } from '../../lib/messages/callback.ts';
import { fixture } from '../support/fixtures.ts';
import { varied } from '../support/varied-types.ts';

const NOW = 1_800_000_000_000;

const CAPTURED = ['clevertap/callbacks', 'aisensy/webhook', 'meta/webhook'].flatMap((folder) => (
  readdirSync(new URL(`../fixtures/${folder}`, import.meta.url)).map((name) => `${folder}/${name}`)
));

/** What the bridge goes by: all but raw bodies, what is only told along, and the digests that name messages which have no id. */
function essence({ reports, inbound, preferences, unreadable }: Callback): object {
  return {
    reports: reports.map(({ recipient: _, ...report }) => report),
    inbound: inbound.map(({ raw: _raw, wabaNumber: _number, name: _name, userId: _user, id, ...message }) => ({ ...message, ...(id.startsWith('wamid') && { id }) })),
    preferences, unreadable,
  };
}

describe('captured callbacks, their types varied', () => {
  it.each(CAPTURED)('mean the same: %s', (name) => {
    const sample = fixture(name);
    const expected = essence(parseCallback(sample, NOW));
    fc.assert(fc.property(varied(sample), (variant) => {
      expect(essence(parseCallback(variant, NOW))).toEqual(expected);
    }), { numRuns: 300 });
  });

  it('are there to be varied', () => {
    expect(CAPTURED.length).toBeGreaterThan(20);
  });
});

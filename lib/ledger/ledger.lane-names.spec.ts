import { describe, expect, it } from '@jest/globals';
import { laneName, readLaneName } from './ledger.ts';

describe('the names of lanes', () => {
  it('are taken apart into what they were made of', () => {
    expect(readLaneName(laneName.dispatch('+918889500122'))).toEqual({ kind: 'dispatch', whose: '+918889500122' });
    expect(readLaneName(laneName.inbound('+918889500122'))).toEqual({ kind: 'relay-inbound', whose: '+918889500122' });
    expect(readLaneName(laneName.listener('orders:read: v2'))).toEqual({ kind: 'listener', whose: 'orders:read: v2' });
  });
});

import { describe, expect, it } from '@jest/globals';
import { stackFrames } from './stack-frames.ts';

describe('stackFrames', () => {
  it('tells where an error happened, and nothing of its message', () => {
    const frames = stackFrames(new TypeError('to +919800000001\n    at home: "zebra"\nand more'));
    expect(frames).toMatch(/^ {4}at .*stack-frames\.spec\.ts:\d+:\d+/);
    expect(frames).not.toMatch(/98000|zebra|TypeError/);
  });

  it('has nothing to tell of what is no error', () => {
    for (const thrown of ['text', undefined, { stack: '    at home' }]) expect(stackFrames(thrown)).toBeUndefined();
  });
});

import { describe, expect, it } from '@jest/globals';
import { ListenerTimeoutError, PermanentError, RetryLaterError } from './listener.errors.ts';

describe('PermanentError and RetryLaterError', () => {
  class NoSuchCustomerError extends PermanentError {}

  it('are errors with a name, a message and a cause', () => {
    const cause = new Error('404');
    const permanent = new PermanentError('no such order', { cause });

    expect(permanent).toBeInstanceOf(Error);
    expect(permanent).toMatchObject({ name: 'PermanentError', message: 'no such order', cause });
    expect(new RetryLaterError(60_000)).toMatchObject({ name: 'RetryLaterError', delayMs: 60_000 });
    expect(new NoSuchCustomerError('x').name).toBe('NoSuchCustomerError');
  });

  it('are told apart from each other, from other errors and from what is no error', () => {
    expect(new PermanentError('x') instanceof PermanentError).toBe(true);
    expect(new RetryLaterError(1) instanceof RetryLaterError).toBe(true);
    for (const other of [new RetryLaterError(1), new Error('x'), new ListenerTimeoutError('x', 1), {}, null, undefined, 'x']) {
      expect(other instanceof PermanentError).toBe(false);
    }
    for (const other of [new PermanentError('x'), new Error('x'), null, undefined, 1]) {
      expect(other instanceof RetryLaterError).toBe(false);
    }
  });

  it('know a sub-class of the host, which knows only its own', () => {
    expect(new NoSuchCustomerError('x') instanceof PermanentError).toBe(true);
    expect(new NoSuchCustomerError('x') instanceof NoSuchCustomerError).toBe(true);
    expect(new PermanentError('x') instanceof NoSuchCustomerError).toBe(false);
  });

  it('are recognised across two copies of the package', async () => {
    const specifier = './listener.errors.ts?another-copy';
    const copy = (await import(specifier)) as typeof import('./listener.errors.ts');

    expect(copy.PermanentError).not.toBe(PermanentError);
    expect(new copy.PermanentError('x') instanceof PermanentError).toBe(true);
    expect(new RetryLaterError(5) instanceof copy.RetryLaterError).toBe(true);
    expect(new copy.RetryLaterError(5) instanceof PermanentError).toBe(false);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '60' as unknown as number])('refuse a delay of %p', (delayMs) => {
    expect(() => new RetryLaterError(delayMs)).toThrow(RangeError);
  });

  it('take no delay as at once', () => {
    expect(new RetryLaterError(0).delayMs).toBe(0);
  });
});

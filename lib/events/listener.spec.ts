import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { EMPTY, NEVER, of, throwError, timer } from 'rxjs';
import { dispatch } from '../../test/support/sample-events.ts';
import type { DispatchEvent } from './bridge-events.ts';
import type { DispatchFilter } from './listener-filters.ts';
import { MethodListener } from './listener.ts';
import { ListenerTimeoutError } from './listener.errors.ts';

function listenerOf(call: (event: DispatchEvent) => unknown, filter: DispatchFilter = {}): MethodListener<'dispatch'> {
  return new MethodListener({ name: 'Orders.note', source: 'Orders.note in AppModule', kind: 'dispatch', filter, call });
}

describe('a listener', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('has its defaults', () => {
    expect(listenerOf(() => undefined)).toMatchObject({ name: 'Orders.note', kind: 'dispatch', concurrency: 10, timeoutMs: 30_000 });
    expect(listenerOf(() => undefined, { concurrency: 1, timeoutMs: 5 })).toMatchObject({ concurrency: 1, timeoutMs: 5 });
  });

  it('passes the event on', async () => {
    const call = jest.fn();
    const event = dispatch();

    await listenerOf(call).invoke(event);

    expect(call.mock.calls).toEqual([[event]]);
  });

  it('asks its filter', () => {
    const listener = listenerOf(() => undefined, { outcome: 'rejected' });

    expect(listener.matches(dispatch({ outcome: 'rejected' }))).toBe(true);
    expect(listener.matches(dispatch())).toBe(false);
  });

  it('ends only when the returned promise does', async () => {
    const steps: string[] = [];
    let finish = (): void => {};
    const work = new Promise<void>((resolve) => {
      finish = resolve;
    });

    const invoked = listenerOf(() => work.then(() => steps.push('worked'))).invoke(dispatch()).then(() => steps.push('ended'));
    finish();
    await invoked;

    expect(steps).toEqual(['worked', 'ended']);
  });

  it.each([['with values', of(1, 2)], ['without any', EMPTY], ['later', timer(1)]])('waits for an observable %s', async (_, stream) => {
    await expect(listenerOf(() => stream).invoke(dispatch())).resolves.toBeUndefined();
  });

  it.each<[string, () => unknown]>([
    ['throws', () => {
      throw new Error('no customer');
    }],
    ['rejects', () => Promise.reject(new Error('no customer'))],
    ['returns an observable that fails', () => throwError(() => new Error('no customer'))],
  ])('rejects with the same error where the method %s', async (_, call) => {
    await expect(listenerOf(call).invoke(dispatch())).rejects.toThrow('no customer');
  });

  it.each<[string, () => unknown]>([
    ['promise', () => new Promise(() => {})],
    ['observable', () => NEVER],
  ])('leaves a hanging %s behind after its time', async (_, call) => {
    jest.useFakeTimers();
    const invoked = listenerOf(call, { timeoutMs: 200 }).invoke(dispatch());
    const outcome = invoked.catch((error: unknown) => error);

    await jest.advanceTimersByTimeAsync(199);
    await expect(Promise.race([outcome, Promise.resolve('pending')])).resolves.toBe('pending');
    await jest.advanceTimersByTimeAsync(1);

    const error = await outcome;
    expect(error).toBeInstanceOf(ListenerTimeoutError);
    expect((error as Error).message).toBe('Listener "Orders.note" did not end within 200 ms');
  });

  it('takes a rejection after its time in silence', async () => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    let fail = (_: Error): void => {};
    const work = new Promise((_, reject) => {
      fail = reject;
    });

    await expect(listenerOf(() => work, { timeoutMs: 1 }).invoke(dispatch())).rejects.toBeInstanceOf(ListenerTimeoutError);
    fail(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));

    expect(unhandled).not.toHaveBeenCalled();
    process.off('unhandledRejection', unhandled);
  });

  it.each<[string, () => unknown]>([
    ['return', () => undefined],
    ['throw', () => {
      throw new Error('x');
    }],
  ])('leaves no timer behind after a %s', async (_, call) => {
    jest.useFakeTimers();

    await listenerOf(call).invoke(dispatch()).catch(() => undefined);

    expect(jest.getTimerCount()).toBe(0);
  });
});

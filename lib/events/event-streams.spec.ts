import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { config, filter, firstValueFrom, map, Subject, Subscriber, switchMap, take, toArray } from 'rxjs';
import { deliveryReport, dispatch, inboundText } from '../../test/support/sample-events.ts';
import type { DeliveryReportEvent } from './bridge-events.ts';
import { EventStreams } from './event-streams.ts';

/** RxJS rethrows from a timer of 0 ms, and timers of one length run in the order in which they were set. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('the event streams', () => {
  const rethrown = jest.fn();
  const rejected = jest.fn();
  let logged: ReturnType<typeof spyOnErrors>;

  beforeEach(() => {
    config.onUnhandledError = rethrown;
    process.on('unhandledRejection', rejected);
    logged = spyOnErrors();
  });

  afterEach(async () => {
    await settled();
    config.onUnhandledError = null;
    process.off('unhandledRejection', rejected);
    jest.restoreAllMocks();
    expect(rethrown).not.toHaveBeenCalled();
    expect(rejected).not.toHaveBeenCalled();
  });

  it('tell each kind of event to its own subscribers, the same object to all, before emit returns', () => {
    const streams = new EventStreams();
    const told: unknown[] = [];
    const report = deliveryReport();
    const text = inboundText('hello');
    const outcome = dispatch();
    streams.deliveryReports$.subscribe((event) => told.push(event));
    streams.deliveryReports$.subscribe({ next: (event) => told.push(event) });
    streams.inboundMessages$.subscribe((event) => told.push(event));
    streams.dispatches$.subscribe((event) => told.push(event));

    streams.emit('delivery-report', report);
    streams.emit('inbound-message', text);
    streams.emit('dispatch', outcome);

    expect(told).toEqual([report, report, text, outcome]);
    expect(told[0]).toBe(told[1]);
  });

  it('know whether anybody watches', () => {
    const streams = new EventStreams();
    const watcher = streams.dispatches$.pipe(take(1)).subscribe();

    expect([streams.isWatched('dispatch'), streams.isWatched('delivery-report')]).toEqual([true, false]);
    watcher.unsubscribe();
    expect(streams.isWatched('dispatch')).toBe(false);
  });

  it('can be read only', () => {
    expect('next' in new EventStreams().deliveryReports$).toBe(false);
  });

  it('work with operators, and let go of who has left', async () => {
    const streams = new EventStreams();
    const seen: string[] = [];
    const read = streams.deliveryReports$.pipe(filter(({ status }) => status === 'read'), map(({ msgId }) => msgId));
    const first = firstValueFrom(read);
    const two = firstValueFrom(read.pipe(take(2), toArray()));
    const left = read.subscribe((msgId) => seen.push(msgId));

    streams.emit('delivery-report', deliveryReport({ msgId: 'a' }));
    streams.emit('delivery-report', deliveryReport({ msgId: 'b', status: 'read' }));
    left.unsubscribe();
    streams.emit('delivery-report', deliveryReport({ msgId: 'c', status: 'read' }));

    await expect(first).resolves.toBe('b');
    await expect(two).resolves.toEqual(['b', 'c']);
    expect(seen).toEqual(['b']);
    expect(streams.isWatched('delivery-report')).toBe(false);
  });

  it.each<[string, (streams: EventStreams) => unknown]>([
    ['throws', ({ deliveryReports$ }) => deliveryReports$.subscribe(fail)],
    ['is an observer that throws', ({ deliveryReports$ }) => deliveryReports$.subscribe({ next: fail })],
    ['is async and rejects', ({ deliveryReports$ }) => deliveryReports$.subscribe(failLater)],
    ['throws behind operators', ({ deliveryReports$ }) => deliveryReports$.pipe(filter(() => true), map(({ msgId }) => msgId)).subscribe(fail)],
    ['has an operator that throws and nobody to take its error', ({ deliveryReports$ }) => deliveryReports$.pipe(map(fail)).subscribe()],
    ['throws in its error handler', ({ deliveryReports$ }) => deliveryReports$.pipe(map(fail)).subscribe({ error: fail })],
    ['has an inner stream that fails', ({ deliveryReports$ }) => deliveryReports$.pipe(switchMap(async () => fail())).subscribe()],
    ['passes on to a subject that throws', ({ deliveryReports$ }) => {
      const closed = new Subject<DeliveryReportEvent>();
      closed.unsubscribe();
      deliveryReports$.subscribe(closed);
    }],
    ['is a Subscriber of its own that throws', ({ deliveryReports$ }) => deliveryReports$.subscribe(new FailingSubscriber())],
  ])('log a subscriber that %s, and spare the bridge and the others', async (_, subscribe) => {
    const streams = new EventStreams();
    const told: string[] = [];
    streams.deliveryReports$.subscribe(({ msgId }) => told.push(msgId));
    subscribe(streams);

    expect(() => streams.emit('delivery-report', deliveryReport({ msgId: 'a' }))).not.toThrow();
    streams.emit('delivery-report', deliveryReport({ msgId: 'b' }));
    await settled();

    expect(told).toEqual(['a', 'b']);
    const [text, stack] = logged.mock.calls[0] as [string, string | undefined];
    expect(text).toMatch(/^A subscriber of deliveryReports\$ failed: /);
    expect(`${text} ${stack ?? ''}`).not.toContain('+919800000001');
  });

  it('say where a subscriber failed, and stay with it', () => {
    const streams = new EventStreams();
    streams.inboundMessages$.subscribe(() => {
      throw new TypeError('of +919800000001');
    });

    streams.emit('inbound-message', inboundText('a'));
    streams.emit('inbound-message', inboundText('b'));

    expect(logged).toHaveBeenCalledTimes(2);
    expect(logged).toHaveBeenCalledWith(
      'A subscriber of inboundMessages$ failed: TypeError',
      expect.stringMatching(/^ {4}at .*event-streams\.spec\.ts/),
    );
  });

  it('leave an error to a subscriber who takes it', () => {
    const streams = new EventStreams();
    const taken: unknown[] = [];
    streams.dispatches$.pipe(map(fail)).subscribe({ error: (error) => taken.push(error) });

    streams.emit('dispatch', dispatch());

    expect(taken).toHaveLength(1);
    expect(logged).not.toHaveBeenCalled();
  });

  it('end with the app, for those who come later too, and say nothing afterwards', async () => {
    const app = (await Test.createTestingModule({ providers: [EventStreams] }).compile()).createNestApplication();
    await app.init();
    const streams = app.get(EventStreams);
    const told: string[] = [];
    streams.dispatches$.subscribe({ next: () => told.push('next'), complete: () => told.push('complete') });

    streams.emit('dispatch', dispatch());
    await app.close();
    streams.emit('dispatch', dispatch());
    streams.complete();
    streams.dispatches$.subscribe({ complete: () => told.push('late complete') });

    expect(told).toEqual(['next', 'complete', 'late complete']);
  });
});

function fail(): never {
  throw new Error('no customer with +919800000001');
}

/** What an `async` subscriber does. */
function failLater(): unknown {
  return Promise.resolve().then(fail);
}

class FailingSubscriber extends Subscriber<DeliveryReportEvent> {
  protected override _next(): void {
    fail();
  }
}

function spyOnErrors() {
  return jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
}

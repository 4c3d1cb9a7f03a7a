import { describe, expect, it } from '@jest/globals';
import { applyDecorators, Controller, Get, Injectable, Module } from '@nestjs/common';
import {
  type DeliveryReportEvent, type DispatchEvent, type InboundMessageEvent, OnDeliveryReport, OnDispatch, OnInboundMessage, PermanentError, RetryLaterError,
} from 'nestjs-whatsapp-bridge';
import { type Behaviour, behaviours } from 'nestjs-whatsapp-bridge/testing';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { CapturedLogs } from '../support/captured-logs.ts';
import { eventually } from '../support/eventually.ts';
import { call } from '../support/http-hosts.ts';
import { message } from '../support/messages.ts';

const FROM = '919800000001';

/** A shop's own logic, which notes what it was told under the name of what it asked for. */
@Injectable()
class Shop {
  readonly heard = new Map<string, string[]>();

  @OnDeliveryReport({ status: ['read', 'failed'], template: 'feedback' })
  feedback({ msgId, status, message: of }: DeliveryReportEvent): void {
    this.note('feedback read or failed', `${status} ${msgId} ${of?.template} ${of?.language}`);
  }

  @OnDeliveryReport({ failureCode: 1005 })
  unreachable({ failure }: DeliveryReportEvent): void {
    this.note('unreachable', failure!.title);
  }

  @OnDeliveryReport({ account: 'another' })
  elsewhere({ msgId }: DeliveryReportEvent): void {
    this.note('another account', msgId);
  }

  @OnDispatch({ outcome: 'rejected', origin: 'clevertap' })
  rejected({ message: { template, customProps }, reason }: DispatchEvent): void {
    this.note('rejected', `${template} ${customProps?.tier} ${reason?.code}`);
  }

  @OnDispatch({ origin: 'host' })
  ownMessage({ outcome, message: { type } }: DispatchEvent): void {
    this.note('own', `${outcome} ${type}`);
  }

  @OnInboundMessage({ type: 'text', text: ['stop', /^unsub/i] })
  @OnInboundMessage({ type: 'button', payload: /^promo\|/, name: 'promo-tap' })
  stop({ text, button, from }: InboundMessageEvent): void {
    this.note('stop', `${from} ${text ?? button?.text}`);
  }

  private note(what: string, detail: string): void {
    this.heard.set(what, [...(this.heard.get(what) ?? []), detail]);
  }
}

/** Fails as a test tells it to, and counts. */
@Injectable()
class Moody {
  calls = 0;
  /** When each call came, and what it is to throw. */
  readonly times: number[] = [];
  throwing: (call: number) => Error | undefined = () => undefined;

  @OnDeliveryReport({ status: 'read', name: 'moody' })
  async hear(_event: DeliveryReportEvent): Promise<void> {
    this.times.push(performance.now());
    const error = this.throwing((this.calls += 1));
    await Promise.resolve();
    if (error) throw error;
  }
}

/** Never comes to an end by itself. */
@Injectable()
class Hanging {
  calls = 0;

  @OnDeliveryReport()
  @OnDispatch()
  @OnInboundMessage()
  hang(): Promise<void> {
    this.calls += 1;
    return new Promise(() => undefined);
  }
}

describe.each(PLATFORMS)('listeners on %s', (platform) => {
  const start = hostsOn(platform);

  it('are told of what their filters let through', async () => {
    const failing: Behaviour[] = [behaviours.accept(), behaviours.accept(), behaviours.refuse(2001)];
    const host = await start({
      providers: [Shop],
      aiSensy: { plan: (_message, index) => failing[index], reports: ({ to }) => (to === '919800000666' ? { statuses: ['sent', 'failed'] } : {}) },
    });
    const [read, failed] = [message('quickReplies'), message('quickReplies', { to: '919800000666' })];
    for (const one of [read, failed, message('customProps')]) await host.cleverTap.send(one);
    await host.bridge.send({ to: FROM, content: { type: 'text', text: 'Hi' } });
    for (const text of ['Where is it?', ' STOP ', 'please stop', 'Unsubscribe me']) await host.aiSensy.personSends({ type: 'text', text, from: FROM });
    await host.aiSensy.personSends({ type: 'button', text: 'Enough', payload: 'promo|7', from: FROM });
    await host.aiSensy.personSends({ type: 'button', text: 'stop', payload: 'other', from: FROM });
    await host.aiSensy.reportsDone();
    await eventually(() => expect(new Map([...host.app.get(Shop).heard].map(([what, details]) => [what, details.sort()]))).toEqual(new Map([
      ['feedback read or failed', [`failed ${failed.msgId} feedback en(UK)`, `read ${read.msgId} feedback en(UK)`]],
      ['unreachable', ['131026: Message undeliverable']],
      ['rejected', ['order_update gold 1001']],
      ['own', ['dispatched text']],
      ['stop', ['+919800000001  STOP ', '+919800000001 Enough', '+919800000001 Unsubscribe me']],
    ])));
  });

  it('are told of a failure by the code that CleverTap is told, also where that depends on the message', async () => {
    const heard: string[] = [];
    const note = (name: string, { msgId, failure }: DeliveryReportEvent): void => void heard.push(`${name}: ${failure?.code} of ${msgId}`);
    @Injectable()
    class Journey {
      @OnDeliveryReport({ failureCode: 1001 })
      template(event: DeliveryReportEvent): void {
        note('template', event);
      }

      @OnDeliveryReport({ failureCode: 1009 })
      other(event: DeliveryReportEvent): void {
        note('other', event);
      }
    }
    const host = await start({ providers: [Journey], aiSensy: { reports: { statuses: [] } } });
    const [template, freeform] = [message(), message('freeformText')];
    for (const one of [template, freeform]) await host.cleverTap.send(one);
    const statuses = [template, freeform].map(({ msgId }, index) => (
      { id: `wamid.${index}`, biz_opaque_callback_data: msgId, status: 'failed', timestamp: '1790000004', errors: [{ code: 131008, title: 'Required parameter is missing' }] }
    ));
    await host.callback('webhook', { entry: [{ changes: [{ field: 'messages', value: { statuses } }] }] });
    await eventually(() => expect(heard.toSorted()).toEqual([`other: 1009 of ${freeform.msgId}`, `template: 1001 of ${template.msgId}`]));
    await eventually(async () => expect((await host.bridge.counts()).jobs).toEqual({}));
    expect(heard).toHaveLength(2);
    expect(host.cleverTap.statusesOf(freeform.msgId)).toMatchObject([{ status: 'failed', error: { code: 1009 } }]);
  });

  it('are found on controllers, in other modules and under composed decorators, and are called with their own `this`', async () => {
    const OnBoth = (): MethodDecorator => applyDecorators(OnDispatch({ name: 'both-1' }), OnDispatch({ name: 'both-2' }));

    @Controller('shop')
    class ShopController {
      private readonly seen: string[] = [];

      @OnDispatch()
      note({ message: { msgId } }: DispatchEvent): void {
        this.seen.push(msgId);
      }

      @Get('seen')
      list(): string[] {
        return this.seen;
      }
    }
    @Injectable()
    class Stock {
      readonly seen: string[] = [];

      @OnBoth()
      note({ message: { msgId } }: DispatchEvent): void {
        this.seen.push(msgId);
      }
    }
    @Module({ providers: [Stock], exports: [Stock] })
    class StockModule {}

    const host = await start({ imports: [StockModule], controllers: [ShopController] });
    const { msgId } = message();
    await host.cleverTap.send(message('textFooter', { msgId }));
    await eventually(async () => {
      expect(JSON.parse((await call(`${host.url}/`, '/shop/seen', { method: 'GET' })).text)).toEqual([msgId]);
      expect(host.app.get(Stock).seen).toEqual([msgId, msgId]);
    });
  });

  it('that throw are called again with the same event, and succeed', async () => {
    const host = await start({ providers: [Moody] });
    const moody = host.app.get(Moody);
    moody.throwing = (turn) => (turn < 3 ? new Error('the shop is closed') : undefined);
    await host.cleverTap.send(message());
    await eventually(() => expect(moody.calls).toBe(3));
    moody.throwing = () => undefined;
    await host.cleverTap.send(message());
    await eventually(() => expect(moody.calls).toBe(4));
    expect(await host.bridge.deadLetters.list()).toEqual([]);
  });

  it('that go on throwing end in the dead letters with the error\'s own text; the log tells where it was thrown, in few lines', async () => {
    const logger = new CapturedLogs();
    const retry = { listeners: { firstDelayMs: 10, factor: 1, maxDelayMs: 10, maxAttempts: 3 } };
    const host = await start({ providers: [Moody], logger, options: { retry } });
    const moody = host.app.get(Moody);
    moody.throwing = () => new TypeError(`the shop answered 500 ${'.'.repeat(1_000)}`);
    await host.cleverTap.runCampaign({ messages: 30 });
    const letters = await eventually(async () => {
      const dead = await host.bridge.deadLetters.list({ kind: 'listener' });
      expect(dead).toHaveLength(30);
      return dead;
    });
    expect(moody.calls).toBe(90);
    expect(letters[0]!.reason).toMatch(/^given up after 3 attempts: TypeError: the shop answered 500 \.+$/);
    expect(letters[0]!.reason.length).toBeLessThan(600);
    const lines = logger.lines.filter((line) => line.includes('Listener moody'));
    expect(lines).toEqual([
      expect.stringMatching(/^warn Listener moody failed \(TypeError\); it is called again later\.\n {4}at .*listeners\.spec\.ts:\d+/),
      expect.stringMatching(/^error Listener moody gave up an event at attempt 3 \(TypeError\); it is in the dead letters\. {5}at .*listeners\.spec\.ts:\d+/),
    ]);
    expect(lines.join()).not.toContain('the shop answered');
  });

  it('that throw a PermanentError are not called again, until somebody replays the dead letter', async () => {
    const logger = new CapturedLogs();
    const host = await start({ providers: [Moody], logger });
    const moody = host.app.get(Moody);
    moody.throwing = () => new PermanentError('no such customer');
    const { msgId } = message();
    await host.cleverTap.send(message('textFooter', { msgId }));
    const [letter] = await eventually(async () => {
      const letters = await host.bridge.deadLetters.list({ kind: 'listener' });
      expect(letters).toHaveLength(1);
      return letters;
    });
    expect(letter).toMatchObject({ lane: 'listener:moody', message: { msgId }, reason: expect.stringContaining('no such customer'), payload: { status: 'read' } });
    expect(moody.calls).toBe(1);
    expect(logger.lines).toContainEqual(expect.stringContaining('error Listener moody gave up an event at attempt 1 (PermanentError)'));
    moody.throwing = () => undefined;
    expect(await host.bridge.deadLetters.replay({ kind: 'listener' })).toMatchObject({ replayed: 1 });
    await eventually(() => expect(moody.calls).toBe(2));
    expect(await host.bridge.deadLetters.list()).toEqual([]);
  });

  it('that throw a RetryLaterError are called again at their own time', async () => {
    const host = await start({ providers: [Moody] });
    const moody = host.app.get(Moody);
    moody.throwing = (turn) => (turn === 1 ? new RetryLaterError(700) : undefined);
    await host.cleverTap.send(message());
    await eventually(() => expect(moody.calls).toBe(2));
    expect(moody.times[1]! - moody.times[0]!).toBeGreaterThanOrEqual(690);
  });

  it('that hang delay neither AiSensy\'s acknowledgement nor the relay, nor other listeners', async () => {
    const host = await start({ providers: [Hanging, Moody], options: { shutdownTimeoutMs: 50 } });
    const { success } = await host.cleverTap.runCampaign({ messages: 40 });
    expect(success).toBe(40);
    await host.aiSensy.personSends({ type: 'text', text: 'Hi', from: FROM });
    await Promise.all([host.cleverTap.waitForStatuses(120), host.cleverTap.waitForInbound(1), host.aiSensy.reportsDone()]);
    expect(host.aiSensy.callbacks).toMatchObject({ acknowledged: 121, failures: [] });
    await eventually(() => expect(host.app.get(Moody).calls).toBe(40));
    // Ten at once of each of the two kinds that came so often, and the one inbound message.
    expect(host.app.get(Hanging).calls).toBe(21);
  });

  it('that hang as the app stops are left behind in time, and called again after the next start', async () => {
    const host = await start({ providers: [Hanging], durable: true, options: { shutdownTimeoutMs: 50 }, aiSensy: { reports: { statuses: [] } } });
    await host.cleverTap.send(message());
    await eventually(() => expect(host.app.get(Hanging).calls).toBe(1));
    const before = performance.now();
    await host.restart();
    // Far less than the time that a call of a listener may take.
    expect(performance.now() - before).toBeLessThan(15_000);
    await eventually(() => expect(host.app.get(Hanging).calls).toBe(1));
  });

  it('meet what came before a restart', async () => {
    const host = await start({ providers: [Moody], durable: true });
    host.app.get(Moody).throwing = () => new RetryLaterError(600);
    await host.cleverTap.runCampaign({ messages: 20 });
    await host.aiSensy.reportsDone();
    await host.restart();
    await eventually(() => expect(host.app.get(Moody).calls).toBe(20));
  });

  it('that ask for an account which there is not are named in a warning at boot', async () => {
    const logger = new CapturedLogs();
    await start({ providers: [Shop], logger });
    expect(logger.lines.filter((line) => line.includes('asks for account'))).toEqual([
      expect.stringContaining('Listener Shop.elsewhere asks for account "another", which there is not. There are AiSensy_WA_1.'),
    ]);
  });
});

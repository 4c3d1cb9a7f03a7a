import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Subject } from 'rxjs';
import type { Observable } from 'rxjs';
import type {
  BridgeAlert, BridgeEventKind, BridgeEvents, DeliveryReportEvent, DispatchEvent, InboundMessageEvent, PreferenceEvent,
} from './bridge-events.ts';
import { stackFrames } from '../logging/stack-frames.ts';
import { GuardedObservable } from './guarded-observable.ts';

const STREAM_NAMES: Record<BridgeEventKind, string> = {
  dispatch: 'dispatches$', 'delivery-report': 'deliveryReports$', 'inbound-message': 'inboundMessages$', preference: 'preferences$',
};

/**
 * What happens, as observables: hot, in this process, from now on. For watching (dashboards, counters, tests): what was emitted
 * before the subscription, or while the process was down, never comes. Work that must not be lost belongs to a decorated
 * listener. All subscribers get the same object, which is not theirs to change.
 *
 * An error of a subscriber is logged, and reaches neither the bridge nor the other subscribers nor, as it would with RxJS
 * alone, the process as an uncaught exception (`GuardedObservable` says where the guard ends).
 */
@Injectable()
export class EventStreams implements OnApplicationShutdown {
  private readonly logger = new Logger('WhatsAppBridge');
  private readonly subjects: { [K in BridgeEventKind]: Subject<BridgeEvents[K]> } = {
    dispatch: new Subject(), 'delivery-report': new Subject(), 'inbound-message': new Subject(), preference: new Subject(),
  };

  private readonly alertSubject = new Subject<BridgeAlert>();

  /** Every distinct status of every message. */
  readonly deliveryReports$: Observable<DeliveryReportEvent> = this.observable('delivery-report');
  /** Every message of a person. */
  readonly inboundMessages$: Observable<InboundMessageEvent> = this.observable('inbound-message');
  /** Every outcome of handing a message to AiSensy; `unknown` may be followed by another one. */
  readonly dispatches$: Observable<DispatchEvent> = this.observable('dispatch');
  /** When people stop or resume marketing messages. */
  readonly preferences$: Observable<PreferenceEvent> = this.observable('preference');

  /** What a person should look at: lanes that pause and go on, and accounts whose messages fail after they were taken. */
  readonly alerts$: Observable<BridgeAlert> = new GuardedObservable<BridgeAlert>(this.alertSubject, (error) => this.report('alerts$', error));

  /** Whether anybody subscribes: where nobody does, the event need not be made. */
  isWatched(kind: BridgeEventKind): boolean {
    return this.subjects[kind].observed;
  }

  /** Tells the subscribers, before it returns; never throws. After the end nobody is told. */
  emit<K extends BridgeEventKind>(kind: K, event: BridgeEvents[K]): void {
    try {
      this.subjects[kind].next(event);
    } catch (error) {
      // Only a host's own sub-class of RxJS's Subscriber throws up to here.
      this.report(STREAM_NAMES[kind], error);
    }
  }

  alert(alert: BridgeAlert): void {
    this.alertSubject.next(alert);
  }

  /** Ends the streams. A second call does nothing. */
  complete(): void {
    for (const subject of Object.values(this.subjects)) {
      subject.complete();
    }
    this.alertSubject.complete();
  }

  onApplicationShutdown(): void {
    this.complete();
  }

  private observable<K extends BridgeEventKind>(kind: K): Observable<BridgeEvents[K]> {
    return new GuardedObservable<BridgeEvents[K]>(this.subjects[kind], (error) => this.report(STREAM_NAMES[kind], error));
  }

  /** The kind of error and where it happened; its message may quote a person's message or number, and goes nowhere. */
  private report(stream: string, error: unknown): void {
    const name = error instanceof Error ? error.name : 'what it threw is no Error';
    this.logger.error(`A subscriber of ${stream} failed: ${name}`, stackFrames(error));
  }
}

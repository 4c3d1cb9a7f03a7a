import { digits } from '../digits.ts';
import { HttpServer, type Exchange } from '../wire/http-server.ts';
import { Timers } from '../wire/timers.ts';
import { CallbackFaults } from './callback-faults.ts';
import { readInbound, readReports } from './callback-reader.ts';
import { ReceivedCallbacks, type RejectedCallback } from './received-callbacks.ts';

type Endpoint = RejectedCallback['endpoint'];

/** What the callback URLs need of their simulator. */
export interface CallbackEndpointsOptions {
  accountId: string;
  wabaNumber: string;
  log: (event: string, fields: Record<string, unknown>) => void;
  /** Called after everything received. */
  changed: () => void;
}

const PATHS: Record<Endpoint, string> = {
  'delivery-reports': '/whatsapp/generic/delivery-reports',
  'inbound-messages': '/whatsapp/generic/inbound-messages',
};

const TAKEN = '{"status":"success"}';

/** CleverTap's two callback URLs: without authentication, the account's id in the query being their only secret. */
export class CallbackEndpoints {
  readonly received = new ReceivedCallbacks();
  readonly faults = new CallbackFaults();
  private readonly options: CallbackEndpointsOptions;
  private readonly query: string;
  private readonly server = new HttpServer((exchange) => this.receive(exchange));
  private readonly timers = new Timers();
  private readonly targeted = new Set<string>();

  constructor(options: CallbackEndpointsOptions) {
    this.options = options;
    this.query = `accountId=${encodeURIComponent(options.accountId)}&channel=whatsapp`;
  }

  get deliveryReportUrl(): string {
    return this.url('delivery-reports');
  }

  get inboundMessageUrl(): string {
    return this.url('inbound-messages');
  }

  start(port?: number): Promise<void> {
    this.timers.start();
    return this.server.start(port);
  }

  stop(): Promise<void> {
    this.timers.stop();
    return this.server.stop();
  }

  /** Notes that a campaign was sent to a number: what its owner writes is recorded from now on. */
  target(phone: string): void {
    this.targeted.add(digits(phone));
  }

  clear(): void {
    this.received.clear();
    this.targeted.clear();
  }

  private url(endpoint: Endpoint): string {
    return `${this.server.origin}${PATHS[endpoint]}?${this.query}`;
  }

  private receive(exchange: Exchange): unknown {
    const endpoint = (Object.keys(PATHS) as Endpoint[]).find((name) => PATHS[name] === exchange.path);
    if (endpoint === undefined || exchange.method !== 'POST') return exchange.answer(404, '{"status":"fail","error":"Not found"}');
    const fault = this.faults.next(endpoint);
    switch (fault?.kind) {
      case 'error': return exchange.answer(fault.status ?? 500, '{"status":"fail","error":"Internal error"}');
      case 'hang': return undefined;
      case 'reset': return exchange.reset();
      case 'drop-answer':
        this.read(exchange, endpoint);
        return exchange.reset();
      case 'delay':
        this.read(exchange, endpoint);
        return this.timers.after(fault.delayMs ?? 1_000, () => exchange.answer(200, TAKEN));
      default:
        this.read(exchange, endpoint);
        // Nothing tells a caller that its callback was not counted.
        return exchange.answer(200, TAKEN);
    }
  }

  private read(exchange: Exchange, endpoint: Endpoint): void {
    const text = (): string => exchange.body.toString();
    if (exchange.query !== this.query) this.reject(endpoint, exchange.at, 'the query of the callback URL is not the account\'s', text());
    else if (!isJson(exchange)) this.reject(endpoint, exchange.at, 'the content type is not application/json', text());
    else if (endpoint === 'delivery-reports') this.readReports(exchange);
    else this.readInbound(exchange);
    this.options.changed();
  }

  private readReports({ body, at }: Exchange): void {
    const { statuses, unreadable } = readReports(body);
    for (const status of statuses) {
      this.received.addStatus(status, at);
      this.options.log('status', { msgId: status.msgId, status: status.status, code: status.error?.code });
    }
    for (const { reason, raw } of unreadable) this.reject('delivery-reports', at, reason, raw);
  }

  private readInbound({ body, at }: Exchange): void {
    const message = readInbound(body);
    if ('reason' in message) return this.reject('inbound-messages', at, message.reason, message.raw);
    if (digits(message.wabaNumber) !== digits(this.options.wabaNumber)) {
      return this.reject('inbound-messages', at, 'wabaNumber is not the account\'s', body.toString());
    }
    this.received.addInbound(message, at, this.targeted.has(digits(message.from)));
    this.options.log('inbound', { from: message.from, type: message.type, replyTo: message.replyTo });
  }

  private reject(endpoint: Endpoint, at: number, reason: string, raw: unknown): void {
    this.received.rejected.push({ at, endpoint, reason, raw });
    this.options.log('rejected', { endpoint, reason });
  }
}

function isJson(exchange: Exchange): boolean {
  return /^application\/json\s*(;|$)/i.test(exchange.headers['content-type'] ?? '');
}

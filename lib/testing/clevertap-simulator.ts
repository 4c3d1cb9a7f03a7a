import { balanceOf, messageBalanceOf, type Balance, type MessageBalance } from './clevertap/balance.ts';
import { parseJson, readAnswer, type SendOutcome } from './clevertap/answers.ts';
import { CallbackEndpoints } from './clevertap/callback-endpoints.ts';
import type { CallbackFault } from './clevertap/callback-faults.ts';
import { runCampaign, type CampaignOptions, type CampaignResult, type SentMessage } from './clevertap/campaign.ts';
import { TEST_MSG_ID, templates, validationMessage } from './clevertap/forms.ts';
import type { ReceivedInbound, ReceivedStatus, RejectedCallback } from './clevertap/received-callbacks.ts';
import { HttpClient, type PostResult } from './wire/http-client.ts';
import { Watch, type WaitOptions } from './wire/watch.ts';
import { WireLog } from './wire/wire-log.ts';

/** Options of `CleverTapSimulator`; all may be left out. */
export interface CleverTapSimulatorOptions {
  /** The bridge's provider endpoint, `http://127.0.0.1:3000/whatsapp/clevertap/messages`. May be set later. */
  providerUrl?: string;
  /** The custom headers of CleverTap's provider form. */
  headers?: Record<string, string>;
  /** Or HTTP Basic. */
  basic?: { username: string; password: string };
  /** The WhatsApp number, as CleverTap writes it into every message; `+918889500122`. */
  wabaNumber?: string;
  /** Answers that end later, counted from the moment the request was written, are lost; 1,000. */
  deadlineMs?: number;
  /**
   * When to hang up on a request without an answer, in milliseconds; 10,000, so that the latency of late answers is measured.
   * With the same value as `deadlineMs` it hangs up on every late one.
   */
  giveUpMs?: number;
  /** Where the callback URLs are served; 0, any free port. */
  port?: number;
  /** The account's id in the query of both callback URLs, their only secret; a callback without it is rejected. */
  accountId?: string;
  /** Faults of the callback URLs from the start on. */
  callbackFaults?: CallbackFault[];
  /** An append-only file with a JSON line for everything sent and received, safe against a kill of this process. */
  wireLog?: string;
}

/** One message's answer. */
export interface SentAnswer {
  /** The HTTP status, 0 where no answer came. */
  status: number;
  headers: PostResult['headers'];
  /** The answer's JSON, `undefined` where it is none, and its text. */
  body: unknown;
  text: string;
  ms: number;
  /** What CleverTap counts it as. */
  outcome: SendOutcome;
  /** The code of a refusal. */
  code?: number;
  /** Why no answer came. */
  error?: string;
}

/**
 * CleverTap as a bridge sees it: sends campaigns to the provider endpoint with a deadline of one second and never again
 * ("Generic WhatsApp"), receives both callbacks, and knows in the end what became of every message. A plain HTTP server and
 * client on real sockets.
 */
export class CleverTapSimulator {
  /** The bridge's provider endpoint. */
  providerUrl: string | undefined;
  readonly wabaNumber: string;
  readonly deadlineMs: number;
  /** Every message sent, by msgId; test traffic is not among them. */
  readonly sent = new Map<string, SentMessage>();
  private readonly options: CleverTapSimulatorOptions;
  private readonly headers: Record<string, string>;
  private readonly callbacks: CallbackEndpoints;
  private client: HttpClient;
  private readonly watch = new Watch(() => `${this.sent.size} messages sent, ${this.callbacks.received.inWords()}`);
  private log: WireLog | undefined;

  constructor(options: CleverTapSimulatorOptions = {}) {
    const { providerUrl, wabaNumber = '+918889500122', deadlineMs = 1_000, accountId = 'TEST-W5R-88Z', headers, basic } = options;
    this.options = options;
    this.providerUrl = providerUrl;
    this.wabaNumber = wabaNumber;
    this.deadlineMs = deadlineMs;
    this.headers = { 'content-type': 'application/json', ...headers };
    if (basic) this.headers.authorization = `Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString('base64')}`;
    this.client = this.openClient();
    this.callbacks = new CallbackEndpoints({
      accountId, wabaNumber, log: (event, fields) => this.log?.write(event, fields), changed: () => this.watch.changed(),
    });
    this.callbacks.faults.add(options.callbackFaults ?? []);
  }

  /** Opens the callback URLs. */
  async start(): Promise<this> {
    await this.callbacks.start(this.options.port);
    if (this.options.wireLog !== undefined) this.log ??= new WireLog(this.options.wireLog);
    return this;
  }

  /** Closes every connection at once and ends every wait. */
  async stop(): Promise<void> {
    this.watch.stop();
    await Promise.all([this.callbacks.stop(), this.client.stop()]);
    this.client = this.openClient();
    this.log?.close();
    this.log = undefined;
  }

  /** The same as `stop()`. */
  close(): Promise<void> {
    return this.stop();
  }

  /** Closes the callback URLs, which refuse connections until `comeUp()`; what was received stays. */
  goDown(): Promise<void> {
    return this.callbacks.stop();
  }

  /** Opens the callback URLs again, on the same port. */
  comeUp(): Promise<void> {
    return this.callbacks.start();
  }

  /** What belongs into the account's `cleverTap.deliveryReportUrl`. */
  get deliveryReportUrl(): string {
    return this.callbacks.deliveryReportUrl;
  }

  /** What belongs into the account's `cleverTap.inboundMessageUrl`. */
  get inboundMessageUrl(): string {
    return this.callbacks.inboundMessageUrl;
  }

  /** Sends a campaign and waits for every answer. Never sends a message twice. */
  runCampaign(options: CampaignOptions): Promise<CampaignResult> {
    return runCampaign({ wabaNumber: this.wabaNumber, deliver: (message, body) => this.deliver(message, body) }, options);
  }

  /** Sends one message: an object that becomes JSON, or the very text or bytes. */
  async send(payload: object | string | Uint8Array): Promise<SentAnswer> {
    const raw = typeof payload === 'string' || payload instanceof Uint8Array;
    const body = raw ? payload : JSON.stringify(payload);
    const fields = raw ? parseJson(Buffer.from(body).toString()) : payload;
    const { msgId, msg_id: older, to } = (fields ?? {}) as { msgId?: unknown; msg_id?: unknown; to?: unknown };
    const message: SentMessage = { msgId: textOf(msgId ?? older), to: textOf(to), at: Date.now(), status: 0, ms: 0 };
    const { status, headers, text, ms, error } = await this.deliver(message, body);
    return {
      status, headers, body: parseJson(text), text, ms, outcome: message.outcome!,
      ...(message.code === undefined ? {} : { code: message.code }), ...(error === undefined ? {} : { error }),
    };
  }

  /** "Send test" of a template or a freeform message: the payload with the msgId that all test traffic has. */
  sendTest(payload?: object): Promise<SentAnswer> {
    const target = { to: '919800000001', wabaNumber: this.wabaNumber, msgId: TEST_MSG_ID, index: 0 };
    return this.send({ ...(payload ?? templates.textFooter(target)), msgId: TEST_MSG_ID });
  }

  /** The message that CleverTap sends as somebody saves the provider; it is saved only if the outcome is `success`. */
  sendValidation(to = '919800000001'): Promise<SentAnswer> {
    return this.send(validationMessage(to, this.wabaNumber));
  }

  /** Makes the callback URLs fail: each fault takes its turn after those that wait already. */
  faultCallbacks(...faults: CallbackFault[]): void {
    this.callbacks.faults.add(faults);
  }

  /** Ends all faults of the callback URLs. */
  clearFaults(): void {
    this.callbacks.faults.clear();
  }

  /** The statuses of a message in the order of arrival, duplicates included. */
  statusesOf(msgId: string): readonly ReceivedStatus[] {
    return this.callbacks.received.statuses.get(msgId) ?? [];
  }

  /** All statuses by msgId. */
  get statuses(): ReadonlyMap<string, readonly ReceivedStatus[]> {
    return this.callbacks.received.statuses;
  }

  /** Statuses received, duplicates included. */
  get statusCount(): number {
    return this.callbacks.received.statusCount;
  }

  /** Statuses and inbound messages that had come before. */
  get duplicates(): number {
    return this.callbacks.received.duplicates;
  }

  /** What people wrote, in the order of arrival. */
  get inbound(): readonly ReceivedInbound[] {
    return this.callbacks.received.inbound;
  }

  /** What CleverTap would not count, and why. */
  get rejected(): readonly RejectedCallback[] {
    return this.callbacks.received.rejected;
  }

  /** Waits until the predicate is true; it is asked whenever something was received or answered. */
  waitFor(predicate: (simulator: this) => boolean, options?: WaitOptions): Promise<void> {
    return this.watch.until(() => predicate(this), options);
  }

  /** Waits until so many statuses came in all, duplicates included. */
  waitForStatuses(count: number, options?: WaitOptions): Promise<void> {
    return this.watch.until(() => this.callbacks.received.statusCount >= count, { what: `${count} statuses`, ...options });
  }

  /** Waits until so many inbound messages came in all, duplicates included. */
  waitForInbound(count: number, options?: WaitOptions): Promise<void> {
    return this.watch.until(() => this.callbacks.received.inbound.length >= count, { what: `${count} inbound messages`, ...options });
  }

  /** What came back of everything sent so far, and what did not, in counts. */
  balance(): Balance {
    return balanceOf(this.sent, this.callbacks.received);
  }

  /** The balance of one message, or `undefined` for one that was not sent from here. */
  messageBalance(msgId: string): MessageBalance | undefined {
    const message = this.sent.get(msgId);
    return message && messageBalanceOf(message, this.callbacks.received);
  }

  /** The balances of all messages, in the order of sending. */
  messageBalances(): MessageBalance[] {
    return [...this.sent.values()].map((message) => messageBalanceOf(message, this.callbacks.received));
  }

  /** Forgets everything sent and received. */
  reset(): void {
    this.sent.clear();
    this.callbacks.clear();
  }

  private openClient(): HttpClient {
    return new HttpClient({ connections: 1_500, giveUpMs: this.options.giveUpMs ?? 10_000 });
  }

  private async deliver(message: SentMessage, body: string | Uint8Array): Promise<PostResult> {
    if (this.providerUrl === undefined) throw new Error('Set the simulator\'s providerUrl before it sends.');
    const { msgId, to } = message;
    if (msgId !== '' && msgId !== TEST_MSG_ID) this.sent.set(msgId, message);
    this.callbacks.target(to);
    this.log?.write('send', { msgId, to });
    const result = await this.client.post(this.providerUrl, body, this.headers);
    Object.assign(message, { status: result.status, ms: result.ms, error: result.error }, readAnswer(result, this.deadlineMs));
    this.log?.write('answer', { msgId, outcome: message.outcome, code: message.code, status: result.status, ms: Math.round(result.ms) });
    this.watch.changed();
    return result;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

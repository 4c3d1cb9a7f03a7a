import { expect } from '@jest/globals';
import type { INestApplication, Provider } from '@nestjs/common';
import { createCleverTapController } from '../../lib/clevertap/clevertap.controller.ts';
import { CleverTapGuard } from '../../lib/clevertap/clevertap.guard.ts';
import { SUBMISSIONS } from '../../lib/dispatch/submission.ts';
import type { SubmissionAnswer, SubmissionPort } from '../../lib/dispatch/submission.ts';
import { Arrivals } from '../../lib/http/arrivals.ts';
import { BodyReader } from '../../lib/http/body-reader.ts';
import { KEY_GUESS_PROVIDERS } from '../../lib/http/key-guess-throttler.ts';
import { Backlog, type Shortage } from '../../lib/lanes/backlog.ts';
import type { OutboundMessage } from '../../lib/messages/outbound-message.ts';
import { Accounts } from '../../lib/options/accounts.ts';
import { RESOLVED_OPTIONS } from '../../lib/options/resolved-options.ts';
import type { Account } from '../../lib/options/resolved-options.ts';
import type { CleverTapOptions } from '../../lib/whatsapp-bridge.options.ts';
import { sent } from './clevertap-fixtures.ts';
import { call, listen, testingHost } from './http-hosts.ts';
import type { Answer, Call, Platform } from './http-hosts.ts';

export const PATH = '/whatsapp/clevertap/messages';
export const SHOP = '+918889500122';
export const HELP = '+918889500123';
export const BOTH = '+918889500124';
export const SHOP_KEY = { 'X-Api-Key': 'shop-key', 'X-Tenant': 'shop' };
export const ROTATED_KEY = { 'x-api-key': 'shop-key-2', 'x-tenant': 'shop' };
export const HELP_KEY = { Authorization: `Basic ${Buffer.from('ct:päss:word').toString('base64')}` };

export const SUCCESS = '{"status":"success"}';
export const UNAUTHORIZED = '{"status":"failure","error":{"code":2000,"message":"Invalid credentials"}}';
export const CANNOT_PROCESS = '{"status":"failure","error":{"message":"The message could not be recorded: it may or may not be sent"}}';
export const NOT_JSON = '{"message":"The body is not JSON in UTF-8"}';
export const GUESSED_TOO_OFTEN = '{"message":"Too many requests with wrong credentials"}';

const account = (nickname: string, mobileNumber: string, cleverTap: Partial<CleverTapOptions>, isDefault = false): Account =>
  ({ nickname, mobileNumber, isDefault, cleverTap }) as Account;

/** Accounts of three kinds: by headers with a key in rotation, by Basic, and by either. */
export const accountsWith = (defaultNumber?: string): Account[] => [
  account('shop', SHOP, { headers: { 'X-Api-Key': ['shop-key', 'shop-key-2'], 'X-Tenant': 'shop' } }, defaultNumber === SHOP),
  account('help', HELP, { basic: { username: 'ct', password: 'päss:word' } }, defaultNumber === HELP),
  account('both', BOTH, { headers: { 'X-Both': 'both-key' }, basic: { username: 'both', password: 'b' } }, defaultNumber === BOTH),
];

/** Keeps what it is handed, and answers as it is told. */
export class RecordingSubmissions implements SubmissionPort {
  readonly taken: { way: 'submit' | 'validate'; message: OutboundMessage; arrivedAt: number }[] = [];
  answer: () => Promise<SubmissionAnswer> = () => Promise.resolve({ kind: 'accepted' });
  /** What the backlog says of why it is overloaded. */
  shortage: Shortage | undefined;

  submit(message: OutboundMessage, arrivedAt: number): Promise<SubmissionAnswer> {
    this.taken.push({ way: 'submit', message, arrivedAt });
    return this.answer();
  }

  validate(message: OutboundMessage, arrivedAt: number): Promise<SubmissionAnswer> {
    this.taken.push({ way: 'validate', message, arrivedAt });
    return this.answer();
  }
}

/** What a host has around the provider endpoint; three accounts, none of them the default, and nothing of its own unless said. */
export interface Surroundings {
  accounts?: Account[];
  providers?: Provider[];
  path?: string;
  decorators?: ClassDecorator[];
}

/** The provider endpoint alone, in a host that listens: behind it, submissions are recorded. */
export class ProviderEndpoint {
  private constructor(readonly app: INestApplication, readonly base: string, readonly submissions: RecordingSubmissions) {}

  static async start(platform: Platform, { accounts = accountsWith(), providers = [], path = 'whatsapp', decorators = [] }: Surroundings = {}): Promise<ProviderEndpoint> {
    const submissions = new RecordingSubmissions();
    const options = { path, accounts, throttle: { limit: 5, ttlMs: 60_000 }, bodyLimits: { messages: 262_144, callbacks: 262_144 } };
    const app = await testingHost(platform, {
      controllers: [createCleverTapController(path, decorators)],
      providers: [
        ...KEY_GUESS_PROVIDERS, Arrivals, BodyReader, CleverTapGuard,
        { provide: Accounts, useValue: new Accounts(accounts) },
        { provide: SUBMISSIONS, useValue: submissions },
        { provide: Backlog, useValue: { shortage: () => submissions.shortage } },
        { provide: RESOLVED_OPTIONS, useValue: options },
        ...providers,
      ],
    });
    return new ProviderEndpoint(app, await listen(app), submissions);
  }

  /** Where the messages that were taken went. */
  get accounts(): string[] {
    return this.submissions.taken.map(({ message }) => message.account);
  }

  post(body: Call['body'], headers: Record<string, string> = SHOP_KEY, path = PATH): Promise<Answer> {
    return call(this.base, path, { headers: { 'Content-Type': 'application/json', ...headers }, body });
  }

  postTo(wabaNumber: unknown, headers: Record<string, string>): Promise<Answer> {
    return this.post(JSON.stringify({ ...sent('freeform-text'), wabaNumber }), headers);
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

/** Every answer has exactly these bytes, and says that they are JSON. */
export function expectAnswer(answer: Answer, status: number, body: string): void {
  expect({ status: answer.status, body: answer.text, type: answer.headers['content-type'] })
    .toEqual({ status, body, type: 'application/json; charset=utf-8' });
}

import type { AiSensyOptions, CleverTapOptions, CleverTapTransportOptions, TransportName, WhatsAppAccountOptions } from 'nestjs-whatsapp-bridge';
import {
  AiSensySimulator, type AiSensySimulatorOptions, CleverTapSimulator, type CleverTapSimulatorOptions,
} from 'nestjs-whatsapp-bridge/testing';

/** What a test changes of an account and of its two sides. */
export interface AccountSetup {
  account?: Omit<Partial<WhatsAppAccountOptions>, 'cleverTap' | 'aiSensy'> & {
    cleverTap?: Partial<CleverTapOptions>;
    aiSensy?: Partial<CleverTapTransportOptions>;
  };
  /** The account's way to AiSensy; `clevertap`. */
  transport?: TransportName;
  /** What differs in the options of that transport. */
  transportOptions?: object;
  cleverTap?: CleverTapSimulatorOptions;
  aiSensy?: AiSensySimulatorOptions;
}

/** The numbers of a host's first and second account. */
export const MOBILE_NUMBERS = ['+918889500122', '+918889500133'] as const;

/** The credentials of all transports but the first, the same on both sides. */
export const LOGIN = { username: 'user-of-direct', password: 'password-of-direct', projectId: '66f0000000000000000000d1' };
export const PROJECT = { projectId: '66f0000000000000000000c1', password: 'password-of-project' };
const CAMPAIGN = { apiKey: 'key-of-campaign' };

/** Far beyond what any answer takes on a busy machine. Where the deadline itself is tested, the test says so. */
const PATIENT = { deadlineMs: 20_000, giveUpMs: 20_000 };

/** CleverTap and AiSensy as one account meets them. */
export class AccountSides {
  readonly mobileNumber: string;
  readonly nickname: string;
  readonly key: Record<string, string>;
  readonly token: string;
  readonly cleverTap: CleverTapSimulator;
  readonly aiSensy: AiSensySimulator;
  private readonly changes: NonNullable<AccountSetup['account']>;
  private readonly aiSensyKey: Record<string, string>;
  private readonly transport: TransportName;
  private readonly transportOptions: object;

  /** `place` is the account's among the host's, from 0; it tells their numbers and keys apart. */
  constructor({ account = {}, cleverTap, aiSensy, transport = 'clevertap', transportOptions = {} }: AccountSetup, place: number) {
    this.mobileNumber = MOBILE_NUMBERS[place]!;
    this.nickname = `AiSensy_WA_${place + 1}`;
    this.key = { 'x-api-key': `key-of-clevertap-${place + 1}` };
    this.token = `token-of-aisensy-${place + 1}`;
    this.aiSensyKey = { authorization: `Bearer key-of-aisensy-${place + 1}` };
    this.changes = account;
    this.cleverTap = new CleverTapSimulator({ headers: this.key, wabaNumber: this.mobileNumber, ...PATIENT, ...cleverTap });
    this.transport = transport;
    this.transportOptions = transportOptions;
    this.aiSensy = new AiSensySimulator({
      api: transport, headers: this.aiSensyKey, direct: LOGIN, project: PROJECT, campaign: CAMPAIGN, wabaNumber: this.mobileNumber, ...aiSensy,
    });
  }

  async start(): Promise<void> {
    await Promise.all([this.cleverTap.start(), this.aiSensy.start()]);
  }

  async stop(): Promise<void> {
    await Promise.all([this.cleverTap.stop(), this.aiSensy.stop()]);
  }

  /** The account's options, with the addresses of both sides. */
  options(): WhatsAppAccountOptions {
    const { cleverTap, aiSensy, ...changes } = this.changes;
    const { deliveryReportUrl, inboundMessageUrl } = this.cleverTap;
    return {
      nickname: this.nickname, mobileNumber: this.mobileNumber, ...changes,
      cleverTap: { headers: this.key, deliveryReportUrl, inboundMessageUrl, ...cleverTap },
      aiSensy: this.transport === 'clevertap' ? { ...this.aiSensySide(), headers: this.aiSensyKey, ...aiSensy } : this.otherTransport(),
    };
  }

  private aiSensySide(): { endpoint: string; callbacks: { token: string } } {
    return { endpoint: this.aiSensy.endpoint, callbacks: { token: this.token } };
  }

  private otherTransport(): AiSensyOptions {
    const credentials = { direct: LOGIN, project: PROJECT, campaign: CAMPAIGN }[this.transport as Exclude<TransportName, 'clevertap'>];
    return { ...this.aiSensySide(), transport: this.transport, ...credentials, ...this.transportOptions } as AiSensyOptions;
  }

  /** Tells both sides where the bridge stands, as somebody does in both dashboards. */
  connect(bridgeUrl: string): void {
    const callback = (route: string): string => `${bridgeUrl}/aisensy/${route}?token=${this.token}`;
    this.cleverTap.providerUrl = `${bridgeUrl}/clevertap/messages`;
    this.aiSensy.setTargets({
      deliveryReportUrl: callback('delivery-reports'), inboundMessageUrl: callback('inbound-messages'), webhookUrl: callback('webhook'),
    });
  }
}

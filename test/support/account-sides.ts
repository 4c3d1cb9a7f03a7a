import type { CleverTapOptions, CleverTapTransportOptions, WhatsAppAccountOptions } from 'nestjs-whatsapp-bridge';
import {
  AiSensySimulator, type AiSensySimulatorOptions, CleverTapSimulator, type CleverTapSimulatorOptions,
} from 'nestjs-whatsapp-bridge/testing';

/** What a test changes of an account and of its two sides. */
export interface AccountSetup {
  account?: Omit<Partial<WhatsAppAccountOptions>, 'cleverTap' | 'aiSensy'> & {
    cleverTap?: Partial<CleverTapOptions>;
    aiSensy?: Partial<CleverTapTransportOptions>;
  };
  cleverTap?: CleverTapSimulatorOptions;
  aiSensy?: AiSensySimulatorOptions;
}

/** The numbers of a host's first and second account. */
export const MOBILE_NUMBERS = ['+918889500122', '+918889500133'] as const;

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

  /** `place` is the account's among the host's, from 0; it tells their numbers and keys apart. */
  constructor({ account = {}, cleverTap, aiSensy }: AccountSetup, place: number) {
    this.mobileNumber = MOBILE_NUMBERS[place]!;
    this.nickname = `AiSensy_WA_${place + 1}`;
    this.key = { 'x-api-key': `key-of-clevertap-${place + 1}` };
    this.token = `token-of-aisensy-${place + 1}`;
    this.aiSensyKey = { authorization: `Bearer key-of-aisensy-${place + 1}` };
    this.changes = account;
    this.cleverTap = new CleverTapSimulator({ headers: this.key, wabaNumber: this.mobileNumber, ...PATIENT, ...cleverTap });
    this.aiSensy = new AiSensySimulator({ headers: this.aiSensyKey, wabaNumber: this.mobileNumber, ...aiSensy });
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
      aiSensy: { endpoint: this.aiSensy.endpoint, headers: this.aiSensyKey, callbacks: { token: this.token }, ...aiSensy },
    };
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

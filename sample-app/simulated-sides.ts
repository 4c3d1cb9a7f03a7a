import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WhatsAppBridgeOptions } from 'nestjs-whatsapp-bridge';
import { AiSensySimulator, behaviours, CleverTapSimulator } from 'nestjs-whatsapp-bridge/testing';

const UNDELIVERABLE = { status: 'failed' as const, code: 1005, metaCode: 131_026, title: 'Message undeliverable' };
const TOO_MANY_PROMOTIONS = { status: 'failed' as const, code: 1010, metaCode: 131_049, title: 'Too many promotions for this person' };

const CLEVERTAP_KEY = { 'X-Api-Key': 'what-cleverTap-sends-us' };
const AISENSY_KEY = { Authorization: 'Bearer what-aiSensy-wants' };
const CALLBACK_TOKEN = 'what-aiSensy-shows-us';

/** CleverTap and AiSensy, simulated on this machine's own ports, and the bridge's options between them. */
export class SimulatedSides {
  readonly cleverTap = new CleverTapSimulator({ headers: CLEVERTAP_KEY });
  readonly aiSensy = new AiSensySimulator({
    headers: AISENSY_KEY,
    delayMs: (_, index) => 20 + ((index * 37) % 100),
    // What goes wrong on an ordinary day. The answer that is dropped leaves the bridge in doubt until the message's reports come.
    plan: [
      { use: behaviours.refuse(2002, 'Invalid phone number'), share: 0.01 },
      { use: behaviours.tooMany(), every: 700 },
      { use: behaviours.dropAnswer(), every: 500 },
    ],
    reports: [
      { use: { statuses: ['sent', UNDELIVERABLE], everyMs: 400 }, share: 0.02 },
      { use: { statuses: [TOO_MANY_PROMOTIONS] }, share: 0.01 },
      { use: { statuses: ['sent', 'delivered'], afterMs: 50, everyMs: 300 }, share: 0.2 },
      { use: { afterMs: 50, everyMs: 300, copies: 2 }, share: 0.02 },
      { use: { afterMs: 50, everyMs: 300, shuffle: true }, share: 0.05 },
      { use: { afterMs: 50, everyMs: 300 } },
    ],
    replies: [
      { use: { tap: 'Good', afterMs: 500 }, template: 'feedback', share: 0.1 },
      { use: { tap: 'Stop promotions', afterMs: 500 }, template: 'feedback', share: 0.01 },
      { use: { text: 'STOP', afterMs: 500 }, template: 'feedback', share: 0.01 },
      { use: { text: 'Where is my order?', afterMs: 500 }, template: 'feedback', share: 0.02 },
    ],
  });
  private folder: string | undefined;

  async start(): Promise<void> {
    await Promise.all([this.cleverTap.start(), this.aiSensy.start()]);
    this.folder = await mkdtemp(join(tmpdir(), 'whatsapp-bridge-sample-'));
  }

  /** The options that a host writes from both dashboards. */
  bridgeOptions(): WhatsAppBridgeOptions {
    const { cleverTap, aiSensy, folder } = this;
    if (folder === undefined) throw new Error('Start the simulators first: their addresses belong into the options.');
    return {
      ledger: { engine: 'sqlite', file: join(folder, 'ledger.sqlite') },
      accounts: [{
        nickname: 'AiSensy_WA',
        mobileNumber: cleverTap.wabaNumber,
        cleverTap: {
          headers: CLEVERTAP_KEY, deliveryReportUrl: cleverTap.deliveryReportUrl, inboundMessageUrl: cleverTap.inboundMessageUrl,
        },
        aiSensy: { endpoint: aiSensy.endpoint, headers: AISENSY_KEY, callbacks: { token: CALLBACK_TOKEN } },
      }],
    };
  }

  /** Tells both sides where the app listens, as somebody does in both dashboards. */
  connect(appUrl: string): void {
    this.cleverTap.providerUrl = `${appUrl}/whatsapp/clevertap/messages`;
    this.aiSensy.setTargets({
      deliveryReportUrl: `${appUrl}/whatsapp/aisensy/delivery-reports?token=${CALLBACK_TOKEN}`,
      inboundMessageUrl: `${appUrl}/whatsapp/aisensy/inbound-messages?token=${CALLBACK_TOKEN}`,
    });
  }

  async stop(): Promise<void> {
    await Promise.all([this.cleverTap.stop(), this.aiSensy.stop()]);
    if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true });
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AiSensyOptions, TransportName, WhatsAppBridgeOptions } from 'nestjs-whatsapp-bridge';
import { AiSensySimulator, CleverTapSimulator } from 'nestjs-whatsapp-bridge/testing';
import type { CommandLine } from './command-line.ts';
import { ordinaryDay } from './ordinary-day.ts';

const CLEVERTAP_KEY = { 'X-Api-Key': 'what-cleverTap-sends-us' };
const CALLBACK_TOKEN = 'what-aiSensy-shows-us';

/** What AiSensy wants from us, by the way to it. */
const CREDENTIALS = {
  clevertap: { headers: { Authorization: 'Bearer what-aiSensy-wants' } },
  direct: { username: 'sample', password: 'what-aiSensy-wants', projectId: '66f0000000000000000000d1' },
  project: { projectId: '66f0000000000000000000c1', password: 'what-aiSensy-wants' },
  campaign: { apiKey: 'what-aiSensy-wants' },
};

/** Shorter than by default, so that nobody waits ten minutes at the end for a message of which AiSensy's answer was lost. */
const DOUBT_MS = 5_000;

/** CleverTap and AiSensy, simulated on this machine's own ports, and the bridge's options between them. */
export class SimulatedSides {
  readonly cleverTap: CleverTapSimulator;
  readonly aiSensy: AiSensySimulator;
  private readonly transport: TransportName;
  private folder: string | undefined;

  constructor({ transport, deadline }: CommandLine) {
    this.transport = transport;
    this.cleverTap = new CleverTapSimulator({ headers: CLEVERTAP_KEY, deadlineMs: deadline });
    const { clevertap, ...others } = CREDENTIALS;
    this.aiSensy = new AiSensySimulator({ api: transport, ...clevertap, ...others, wabaNumber: this.cleverTap.wabaNumber, ...ordinaryDay(transport) });
  }

  async start(): Promise<void> {
    await Promise.all([this.cleverTap.start(), this.aiSensy.start()]);
    this.folder = await mkdtemp(join(tmpdir(), 'whatsapp-bridge-sample-'));
  }

  /** The options that a host writes from both dashboards. */
  bridgeOptions(): WhatsAppBridgeOptions {
    const { cleverTap, folder } = this;
    if (folder === undefined) throw new Error('Start the simulators first: their addresses belong into the options.');
    return {
      ledger: { engine: 'sqlite', file: join(folder, 'ledger.sqlite') },
      accounts: [{
        nickname: 'AiSensy_WA',
        mobileNumber: cleverTap.wabaNumber,
        unknownOutcome: { waitMs: DOUBT_MS },
        cleverTap: {
          headers: CLEVERTAP_KEY, deliveryReportUrl: cleverTap.deliveryReportUrl, inboundMessageUrl: cleverTap.inboundMessageUrl,
        },
        aiSensy: this.aiSensyOptions(),
      }],
    };
  }

  /** Tells both sides where the app listens, as somebody does in both dashboards. */
  connect(appUrl: string): void {
    const callback = (route: string): string => `${appUrl}/whatsapp/aisensy/${route}?token=${CALLBACK_TOKEN}`;
    this.cleverTap.providerUrl = `${appUrl}/whatsapp/clevertap/messages`;
    this.aiSensy.setTargets({
      deliveryReportUrl: callback('delivery-reports'), inboundMessageUrl: callback('inbound-messages'), webhookUrl: callback('webhook'),
    });
  }

  async stop(): Promise<void> {
    await Promise.all([this.cleverTap.stop(), this.aiSensy.stop()]);
    if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true });
  }

  private aiSensyOptions(): AiSensyOptions {
    const { transport } = this;
    const common = { endpoint: this.aiSensy.endpoint, callbacks: { token: CALLBACK_TOKEN } };
    switch (transport) {
      case 'clevertap': return { ...common, transport, ...CREDENTIALS.clevertap };
      case 'direct': return { ...common, transport, ...CREDENTIALS.direct };
      case 'project': return { ...common, transport, ...CREDENTIALS.project };
      case 'campaign': return { ...common, transport, ...CREDENTIALS.campaign };
    }
  }
}

import type { INestApplication } from '@nestjs/common';
import { WhatsAppBridge } from 'nestjs-whatsapp-bridge';
import type { WhatsAppBridgeOptions } from 'nestjs-whatsapp-bridge';
import { AiSensySimulator, CleverTapSimulator } from 'nestjs-whatsapp-bridge/testing';
import { Journey } from './journey.js';

/**
 * Boots the host between the two simulators, lets one message go all the way round and the person answer it, and prints what
 * was seen. The process then ends by itself, or something of the bridge is still open.
 */
export async function round(boot: (options: WhatsAppBridgeOptions) => Promise<INestApplication>): Promise<void> {
  const cleverTap = await new CleverTapSimulator({ headers: { 'x-key': 'of-clevertap' } }).start();
  const aiSensy = await new AiSensySimulator({ headers: { 'x-key': 'of-aisensy' }, replies: { tap: 'Good' } }).start();
  const app = await boot({
    accounts: [{
      nickname: 'Shop',
      mobileNumber: cleverTap.wabaNumber,
      cleverTap: {
        headers: { 'x-key': 'of-clevertap' },
        deliveryReportUrl: cleverTap.deliveryReportUrl,
        inboundMessageUrl: cleverTap.inboundMessageUrl,
      },
      aiSensy: { endpoint: aiSensy.endpoint, headers: { 'x-key': 'of-aisensy' }, callbacks: { token: 'of-callbacks' } },
    }],
  });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  cleverTap.providerUrl = `${url}/whatsapp/clevertap/messages`;
  aiSensy.setTargets({
    deliveryReportUrl: `${url}/whatsapp/aisensy/delivery-reports?token=of-callbacks`,
    inboundMessageUrl: `${url}/whatsapp/aisensy/inbound-messages?token=of-callbacks`,
  });

  const campaign = await cleverTap.runCampaign({ messages: 1, form: 'quickReplies' });
  const [msgId = ''] = campaign.byMsgId.keys();
  const journey = app.get(Journey);
  await Promise.all([cleverTap.waitForStatuses(3), cleverTap.waitForInbound(1), journey.complete, aiSensy.waitForMessages(2)]);
  const history = await app.get(WhatsAppBridge).message(msgId);

  await app.close();
  await Promise.all([cleverTap.stop(), aiSensy.stop()]);
  const { outcome, statuses, replies } = cleverTap.messageBalance(msgId) ?? {};
  const seen = { outcome, statuses, replies, heard: [...journey.heard].sort(), state: history?.state, status: history?.status };
  process.stdout.write(`${JSON.stringify(seen)}\n`);
}

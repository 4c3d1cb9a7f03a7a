import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WhatsAppBridgeModule } from 'nestjs-whatsapp-bridge';
import { ACCOUNT, STALLED_NUMBER } from '../peers/message.ts';
import { setupOf } from '../processes/serve.ts';
import { adapterOf } from './adapter.ts';
import { serveSubject, type SubjectSetup } from './subject.ts';

/** A host app with nothing in it but the bridge, as it is published. Compiled twice: for Nest 12 as ESM, for Nest 11 as CommonJS. */
async function run(setup: SubjectSetup): Promise<void> {
  const { adapter, endpoint, deliveryReportUrl, inboundMessageUrl, ledgerFile, concurrency, backlog: maxMessages, perSecond, stalledAccount = false } = setup;
  const account = {
    maxConcurrentRequests: concurrency,
    cleverTap: { headers: ACCOUNT.key, deliveryReportUrl, inboundMessageUrl },
    aiSensy: { endpoint, headers: { authorization: 'Bearer benchmark' }, callbacks: { token: ACCOUNT.token } },
  };
  @Module({
    imports: [WhatsAppBridgeModule.forRoot({
      ledger: { engine: 'sqlite', file: ledgerFile },
      ...(maxMessages !== undefined && { backlog: { maxMessages } }),
      accounts: [
        { ...account, nickname: 'Benchmark', mobileNumber: ACCOUNT.mobileNumber, maxRequestsPerSecond: perSecond },
        ...(stalledAccount ? [{ ...account, nickname: 'Stalled', mobileNumber: STALLED_NUMBER }] : []),
      ],
    })],
  })
  class HostModule {}

  const app = await NestFactory.create(HostModule, await adapterOf(adapter), { logger: ['error', 'warn'], rawBody: true });
  await app.listen(0, '127.0.0.1');
  serveSubject(await app.getUrl(), () => app.close());
}

void run(setupOf<SubjectSetup>());

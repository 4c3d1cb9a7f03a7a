import { describe, expect, it } from '@jest/globals';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { account, options } from '../test/support/options.ts';
import { ColdHttp } from './http/cold-http.ts';
import { MissingPeerError, WhatsAppBridge, WhatsAppBridgeModule } from './index.ts';

const callbacks = { token: 't' };
const project = { projectId: '66f0000000000000000000c1', password: 'p' };

const hostWith = (aiSensy: object): TestingModuleBuilder => Test.createTestingModule({
  imports: [WhatsAppBridgeModule.forRoot(options({ accounts: [account({ aiSensy: { callbacks, ...aiSensy } })] }))],
});

/** As where `@nestjs/axios` is not installed. */
const bare = { ready: () => Promise.reject(new MissingPeerError('Templates, media and tokens of AiSensy', '@nestjs/axios axios')) };

describe('a host without @nestjs/axios', () => {
  it.each([
    ['transport direct', { transport: 'direct', token: 'jwt' }], ['transport project', { transport: 'project', ...project }],
    ['a template source', { templates: { source: 'direct', token: 'jwt' } }],
    ['a template source beside campaigns', { transport: 'campaign', apiKey: 'k', templates: { source: 'project', ...project } }],
  ])('does not boot with %s', async (_, aiSensy) => {
    await expect(hostWith(aiSensy).overrideProvider(ColdHttp).useValue(bare).compile()).rejects.toThrow(
      expect.objectContaining({ name: 'MissingPeerError', message: expect.stringContaining('npm install @nestjs/axios axios') }),
    );
  });

  it.each([['clevertap', {}], ['campaign', { apiKey: 'k' }]])('boots with transport %s alone', async (transport, aiSensy) => {
    await expect(hostWith({ transport, ...aiSensy }).overrideProvider(ColdHttp).useValue(bare).compile()).resolves.toBeDefined();
  });
});

describe('a module that is compiled and not initialised', () => {
  it('says what comes before send()', async () => {
    const bridge = (await hostWith({}).compile()).get(WhatsAppBridge);
    const sent = bridge.send({ to: '+919800000001', content: { type: 'template', name: 'a', language: 'en' } });
    await expect(sent).rejects.toMatchObject({ name: 'LedgerError', code: 'closed', message: expect.stringMatching(/not open yet.*app\.init\(\)/) });
  });
});

import type { AddressFence } from '../http/address-fence.ts';
import { createHttpSender, type HttpDispatcher } from '../http/http-sender.ts';
import type { Account } from '../options/resolved-options.ts';
import type { AccountApis } from './account-apis.ts';
import { CampaignTransport } from './campaign.transport.ts';
import { CleverTapTransport } from './clevertap.transport.ts';
import { DirectTransport } from './direct.transport.ts';
import type { FailureReasons } from './failure-reasons.ts';
import type { FindVariableNames } from './meta.transport.ts';
import { ProjectMessages } from './project-messages.ts';
import { ProjectTransport } from './project.transport.ts';
import type { Transport } from './transport.ts';

/** What the transports share. */
export interface TransportTools {
  apis: AccountApis;
  reasons: FailureReasons;
  /** By the account's number: what its templates call their variables. */
  variableNames: (account: string, ...template: Parameters<FindVariableNames>) => ReturnType<FindVariableNames>;
  fence: AddressFence;
  dispatcher?: HttpDispatcher;
}

/** Each account's way to AiSensy, by account number. */
export function createTransports(accounts: readonly Account[], tools: TransportTools): ReadonlyMap<string, Transport> {
  return new Map(accounts.map((account) => [account.mobileNumber, transportFor(account, tools)]));
}

function transportFor({ nickname, mobileNumber, aiSensy, maxConcurrentRequests }: Account, tools: TransportTools): Transport {
  const { apis, reasons, fence, dispatcher } = tools;
  // A pool for each account, so that a slow one takes no connections from another.
  const sender = createHttpSender({ connections: maxConcurrentRequests, fence, dispatcher });
  const common = { nickname, sender, reasons };
  const findNames: FindVariableNames = (template) => tools.variableNames(mobileNumber, template);
  switch (aiSensy.transport) {
    case 'clevertap': return new CleverTapTransport({ nickname, aiSensy }, sender, reasons);
    case 'direct': {
      const { token, api } = apis.get(mobileNumber)!;
      return new DirectTransport({ ...common, settings: aiSensy }, findNames, token!, api);
    }
    case 'project': {
      const { api } = apis.get(mobileNumber)!;
      return new ProjectTransport({ ...common, settings: aiSensy }, findNames, new ProjectMessages(api, reasons), api);
    }
    case 'campaign': return new CampaignTransport({ ...common, settings: aiSensy });
  }
}

import type { DeliveryReport } from '../messages/delivery-report.ts';
import type { Verdict } from '../messages/verdict.ts';
import type { ProjectTransportSettings } from '../options/resolved-options.ts';
import type { TransportSetup, WrittenRequest } from './aisensy.transport.ts';
import type { ColdApi } from './cold-api.ts';
import { checkCredential } from './credential-check.ts';
import { type FindVariableNames, MetaTransport } from './meta.transport.ts';
import type { ProjectMessages } from './project-messages.ts';
import type { MessageNames, Transport } from './transport.ts';

const PROJECT_PASSWORD_HEADER = 'X-AiSensy-Project-API-Pwd';

/** Hands messages in Meta's form to AiSensy's Project API, which can also be asked what became of them. */
export class ProjectTransport extends MetaTransport<ProjectTransportSettings> implements Transport {
  readonly name = 'project';

  /** `api` is the project's way to lists and states. */
  constructor(setup: TransportSetup<ProjectTransportSettings>, findNames: FindVariableNames, private readonly messages: ProjectMessages, private readonly api: ColdApi) {
    super(setup, findNames);
  }

  /** Reads the project itself, one step above its messages. */
  verify(): Promise<Verdict> {
    return checkCredential(this.api, `../${this.settings.projectId}`);
  }

  lookUp(message: MessageNames): Promise<DeliveryReport | undefined> {
    return this.messages.find(message);
  }

  protected get secrets(): readonly string[] {
    return [this.settings.password];
  }

  protected get headers(): WrittenRequest['headers'] {
    return { [PROJECT_PASSWORD_HEADER]: this.settings.password };
  }
}

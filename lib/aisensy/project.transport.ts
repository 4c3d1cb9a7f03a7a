import type { DeliveryReport } from '../messages/delivery-report.ts';
import type { ProjectTransportSettings } from '../options/resolved-options.ts';
import { AiSensyTransport, type Letter, type TransportSetup } from './aisensy.transport.ts';
import { writeMetaMessage } from './meta-message.writer.ts';
import type { ProjectMessages } from './project-messages.ts';
import type { MessageNames, Transport, TransportMessage } from './transport.ts';

const PROJECT_PASSWORD_HEADER = 'X-AiSensy-Project-API-Pwd';

/** Hands messages in Meta's form to AiSensy's Project API, which can also be asked what became of them. */
export class ProjectTransport extends AiSensyTransport<ProjectTransportSettings> implements Transport {
  readonly name = 'project';
  protected override readonly passesMetaOn = true;

  constructor(setup: TransportSetup<ProjectTransportSettings>, private readonly messages: ProjectMessages) {
    super(setup);
  }

  lookUp(message: MessageNames): Promise<DeliveryReport | undefined> {
    return this.messages.find(message);
  }

  protected get secrets(): readonly string[] {
    return [this.settings.password];
  }

  protected write(message: TransportMessage): Letter {
    return { headers: { [PROJECT_PASSWORD_HEADER]: this.settings.password }, body: writeMetaMessage(message) };
  }
}

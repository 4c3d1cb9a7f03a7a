import { digits } from '../../digits.ts';
import type { Exchange } from '../../wire/http-server.ts';
import type { AnswerBehaviour } from '../behaviour.ts';
import type { ApiName, ReadMessage, ReceivedMessage } from '../received-messages.ts';
import { object, text, type Door, type Json } from './door.ts';
import { metaProblem } from './meta-problem.ts';

/** AiSensy's Direct and Project APIs: both take Meta's message bodies and pass Meta's answers and errors on. */
export class MetaDoor implements Door {
  readonly name: ApiName;
  readonly path: string;
  readonly refuses: (exchange: Exchange) => AnswerBehaviour | undefined;
  private readonly wabaNumber: string;

  constructor(name: 'direct' | 'project', path: string, wabaNumber: string, refuses: (exchange: Exchange) => AnswerBehaviour | undefined) {
    this.name = name;
    this.path = path;
    this.wabaNumber = wabaNumber;
    this.refuses = refuses;
  }

  read(body: Json): ReadMessage {
    const { name } = object(body.template);
    return {
      msgId: text(body.biz_opaque_callback_data), to: text(body.to), wabaNumber: this.wabaNumber, ...(typeof name === 'string' && { template: name }),
    };
  }

  problem(body: Json): AnswerBehaviour | undefined {
    return metaProblem(body);
  }

  accepted({ to, names }: ReceivedMessage): object {
    return {
      messaging_product: 'whatsapp', contacts: [{ input: to, wa_id: digits(to) }], messages: [{ id: names.wamid, message_status: 'accepted' }],
    };
  }
}

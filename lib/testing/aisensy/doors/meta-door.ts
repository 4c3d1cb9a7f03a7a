import { digits } from '../../digits.ts';
import type { Exchange } from '../../wire/http-server.ts';
import type { AnswerBehaviour } from '../behaviour.ts';
import type { ApiName, ReadMessage, ReceivedMessage } from '../received-messages.ts';
import { object, text, type Door, type Json } from './door.ts';
import { metaProblem } from './meta-problem.ts';
import { namelessProblem } from './named-templates.ts';

/** AiSensy's Direct and Project APIs: both take Meta's message bodies and pass Meta's answers and errors on. */
export class MetaDoor implements Door {
  readonly name: ApiName;
  readonly path: string;
  readonly refuses: (exchange: Exchange) => AnswerBehaviour | undefined;
  private readonly wabaNumber: string;
  private readonly templates: () => readonly object[];

  /** `templates` gives the rows that the simulator lists for its API. */
  constructor(
    name: 'direct' | 'project', path: string, wabaNumber: string, refuses: (exchange: Exchange) => AnswerBehaviour | undefined, templates: () => readonly object[],
  ) {
    this.name = name;
    this.path = path;
    this.wabaNumber = wabaNumber;
    this.refuses = refuses;
    this.templates = templates;
  }

  read(body: Json): ReadMessage {
    const { name } = object(body.template);
    return {
      msgId: text(body.biz_opaque_callback_data), to: text(body.to), wabaNumber: this.wabaNumber, ...(typeof name === 'string' && { template: name }),
    };
  }

  problem(body: Json): AnswerBehaviour | undefined {
    return metaProblem(body) ?? namelessProblem(body, this.templates());
  }

  accepted({ to, names }: ReceivedMessage): object {
    return {
      messaging_product: 'whatsapp', contacts: [{ input: to, wa_id: digits(to) }], messages: [{ id: names.wamid, message_status: 'accepted' }],
    };
  }
}

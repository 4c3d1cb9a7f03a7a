import type { Exchange } from '../../wire/http-server.ts';
import { behaviours, type AnswerBehaviour } from '../behaviour.ts';
import type { ReadMessage, ReceivedMessage } from '../received-messages.ts';
import { object, text, type Door, type Json } from './door.ts';

/** AiSensy's CleverTap add-on: takes CleverTap's payload as it is. */
export class CleverTapDoor implements Door {
  readonly name = 'clevertap';
  readonly path = '/clever-tap/t1/messages';
  private readonly headers: Record<string, string>;
  private readonly answerFields: (message: ReceivedMessage) => object;

  constructor(headers: Record<string, string>, answerFields: (message: ReceivedMessage) => object) {
    this.headers = headers;
    this.answerFields = answerFields;
  }

  refuses({ headers }: Exchange): AnswerBehaviour | undefined {
    const right = Object.entries(this.headers).every(([name, value]) => headers[name.toLowerCase()] === value);
    return right ? undefined : behaviours.badCredential();
  }

  read(whole: Json): ReadMessage {
    // One of CleverTap's pages shows the validation inside `{ "body": … }`.
    const body = idOf(whole) === '' && whole.body !== undefined ? object(whole.body) : whole;
    const { namespace } = object(body.template);
    return {
      msgId: idOf(body), to: text(body.to), wabaNumber: text(body.wabaNumber), ...(typeof namespace === 'string' && { template: namespace }),
    };
  }

  problem(): undefined {
    return undefined;
  }

  accepted(message: ReceivedMessage): object {
    return { status: 'success', ...this.answerFields(message) };
  }
}

function idOf(body: Json): string {
  return text(body.msgId ?? body.msg_id);
}

import { now } from '../clock.ts';
import type { DeliveryReport } from '../messages/delivery-report.ts';
import { fieldsOf, firstText, isObject, type JsonObject } from '../messages/json-fields.ts';
import type { ColdApi } from './cold-api.ts';
import type { FailureReasons } from './failure-reasons.ts';
import { namesOf, readReport } from './project-webhook.parser.ts';
import type { MessageNames } from './transport.ts';

/** Names that are asked for at the most, so that a message without an answer costs AiSensy little. */
const MOST_NAMES = 4;

/** The state of single messages, as AiSensy's Project API tells it (`GET …/messages/{id}`). */
export class ProjectMessages {
  constructor(private readonly api: ColdApi, private readonly reasons: FailureReasons) {}

  /**
   * What the API says of a message, asked for by each of its names until one is known. After a lost answer there is none but our own,
   * which went along with the message. `undefined` where the API knows none, or gives no answer. Never rejects.
   */
  async find({ msgId, names }: MessageNames): Promise<DeliveryReport | undefined> {
    const known = new Set([...names, msgId]);
    for (const name of [...known].slice(-MOST_NAMES)) {
      const report = await this.ask(name, known);
      // CleverTap's id in front: it is what the ledger knows for certain.
      if (report !== undefined) return { ...report, names: [...new Set([msgId, ...report.names])] };
    }
    return undefined;
  }

  private async ask(name: string, known: ReadonlySet<string>): Promise<DeliveryReport | undefined> {
    try {
      const answer = await this.api.json({ method: 'GET', path: `messages/${encodeURIComponent(name)}` });
      const message = ownOf(messagesIn(answer), known);
      if (message === undefined) return undefined;
      return readReport({ ...message, id: firstText(message.id) ?? name }, fieldsOf(answer), now(), this.reasons);
    } catch {
      // An unknown id, no connection or no JSON proves nothing.
      return undefined;
    }
  }
}

/** The one that bears a name of the message that was asked for. One without any id is it where it came alone: who else's could it be? */
function ownOf(found: JsonObject[], known: ReadonlySet<string>): JsonObject | undefined {
  const own = found.find((message) => namesOf(message).some((name) => known.has(name)));
  return own ?? (found.length === 1 && namesOf(found[0]!).length === 0 ? found[0] : undefined);
}

/** The form is not published: the message stands alone, in a list, or in an object that is named like it. */
function messagesIn(answer: unknown): JsonObject[] {
  if (Array.isArray(answer)) return answer.flatMap((element: unknown) => messagesIn(element));
  if (!isObject(answer)) return [];
  if (typeof answer.status === 'string' && !/^(?:success|ok|true)$/i.test(answer.status)) return [answer];
  return ['message', 'messages', 'data'].flatMap((key) => messagesIn(answer[key]));
}

import { now } from '../clock.ts';
import type { DeliveryReport } from '../messages/delivery-report.ts';
import type { ColdApi } from './cold-api.ts';
import type { FailureReasons } from './failure-reasons.ts';
import { type Fields, fieldsOf, isFields } from './fields.ts';
import { readReport } from './project-webhook.parser.ts';
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
    for (const name of [...names, msgId].slice(-MOST_NAMES)) {
      const report = await this.ask(name);
      // CleverTap's id in front: it is what the ledger knows for certain.
      if (report !== undefined) return { ...report, names: [...new Set([msgId, ...report.names])] };
    }
    return undefined;
  }

  private async ask(name: string): Promise<DeliveryReport | undefined> {
    try {
      const answer = await this.api.json({ method: 'GET', path: `messages/${encodeURIComponent(name)}` });
      const message = messageIn(answer);
      if (message === undefined) return undefined;
      return readReport({ id: name, ...message }, fieldsOf(answer), now(), this.reasons);
    } catch {
      // An unknown id, no connection or no JSON proves nothing.
      return undefined;
    }
  }
}

/** The form is not published: the message stands alone, in a list, or in an object that is named like it. */
function messageIn(answer: unknown): Fields | undefined {
  const found = Array.isArray(answer) ? (answer as unknown[])[0] : answer;
  if (!isFields(found)) return undefined;
  if (typeof found.status === 'string' && !/^(?:success|ok|true)$/i.test(found.status)) return found;
  for (const key of ['message', 'messages', 'data']) {
    const inner = found[key] === undefined ? undefined : messageIn(found[key]);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

import type { IncomingHttpHeaders } from 'node:http';
import { randomBytes } from 'node:crypto';
import { TEST_MSG_ID } from '../clevertap/forms.ts';
import type { Exchange } from '../wire/http-server.ts';

/** AiSensy's ways to take messages, as the account option `transport` names them. */
export type ApiName = 'clevertap' | 'direct' | 'project' | 'campaign';

/** One request to send a message, as it came. */
export interface ReceivedMessage {
  /** Its place among all received, from 0. */
  index: number;
  /** When it came, in milliseconds since 1970. */
  at: number;
  /** The very bytes; empty where the simulator was told not to keep them. */
  body: Buffer;
  headers: IncomingHttpHeaders;
  /** The API that it came through. */
  api: ApiName;
  /** `biz_opaque_callback_data` in Meta's form; what AiSensy gives as `submitted_message_id` in the Campaign API's, which has none. */
  msgId: string;
  to: string;
  wabaNumber: string;
  /** The template's name, for templates. */
  template?: string;
  /** Whether the body is a JSON object with an id and a number. */
  readable: boolean;
  /** Whether it went on to the person: each time it did is a WhatsApp message, and a charge. */
  taken: boolean;
  /** The HTTP status of the answer; 0 for none, or none yet. */
  status: number;
  names: MessageNames;
}

/** What the simulator needs to know of a message, whatever its form. */
export type ReadMessage = Pick<ReceivedMessage, 'msgId' | 'to' | 'wabaNumber' | 'template'>;

/** The names under which AiSensy and Meta know a message. */
export interface MessageNames {
  /** AiSensy's `submitted_message_id`. */
  submittedId: string;
  /** Meta's id. */
  wamid: string;
  /** The row's `id` in the project webhook. */
  rowId: string;
}

/** Everything that was received, in order; never shortened but by `clear()`. */
export class ReceivedMessages {
  readonly all: ReceivedMessage[] = [];
  readonly byMsgId = new Map<string, ReceivedMessage[]>();
  private run = newRun();

  /** Notes a request; `keepBody` false forgets its bytes and headers, for runs of a million messages. */
  add(api: ApiName, exchange: Exchange, read: ReadMessage, keepBody: boolean): ReceivedMessage {
    const index = this.all.length;
    const names = namesOf(this.run, index);
    const msgId = api === 'campaign' ? names.submittedId : read.msgId;
    const message: ReceivedMessage = {
      index, at: exchange.at, body: keepBody ? exchange.body : Buffer.alloc(0), headers: keepBody ? exchange.headers : {}, api,
      ...read, msgId, readable: msgId !== '' && read.to !== '', taken: false, status: 0, names,
    };
    this.all.push(message);
    const same = this.byMsgId.get(msgId);
    if (same) same.push(message);
    else this.byMsgId.set(msgId, [message]);
    return message;
  }

  /** The last one that went to the person under any of its names, the caller's own included. */
  called(name: string): ReceivedMessage | undefined {
    return this.all.findLast(({ taken, msgId, names }) => taken && (msgId === name || Object.values(names).includes(name)));
  }

  /** The msgIds that came more than once, test traffic (`0|0|0|0`) apart. */
  duplicates(): string[] {
    return this.moreThanOnce(() => true);
  }

  /** The msgIds that went to the person more than once. */
  takenTwice(): string[] {
    return this.moreThanOnce(({ taken }) => taken);
  }

  /** Requests in each second since the first one. */
  perSecond(): number[] {
    const first = this.all[0]?.at ?? 0;
    const seconds: number[] = [];
    for (const { at } of this.all) {
      const second = Math.floor((at - first) / 1_000);
      while (seconds.length <= second) seconds.push(0);
      seconds[second]! += 1;
    }
    return seconds;
  }

  clear(): void {
    this.all.length = 0;
    this.byMsgId.clear();
    this.run = newRun();
  }

  private moreThanOnce(counts: (message: ReceivedMessage) => boolean): string[] {
    const ids: string[] = [];
    for (const [msgId, messages] of this.byMsgId) {
      if (messages.length > 1 && msgId !== TEST_MSG_ID && messages.filter(counts).length > 1) ids.push(msgId);
    }
    return ids;
  }
}

/** Keeps the names of one run apart from those of another. */
function newRun(): string {
  return randomBytes(4).toString('hex');
}

function namesOf(run: string, index: number): MessageNames {
  const place = String(index).padStart(12, '0');
  return { submittedId: `${run}-0000-4000-8000-${place}`, wamid: `wamid.SIM${run}${place}`, rowId: `66f0${run}${place}` };
}

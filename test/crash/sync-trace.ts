/** The calls that tell whether a message was on disk before it was answered. */
export const TRACED_CALLS = ['fsync', 'fdatasync', 'pwrite64', 'write', 'writev', 'sendto', 'sendmsg'];

/** What became of one message, by the system calls of the process that took it. */
export type Durability =
  /** A sync of the log, begun after the whole transaction was written, had ended well before the answer was written. */
  | 'synced before the answer'
  | 'answered before a sync'
  | 'never written'
  | 'never answered';

type Call =
  | { kind: 'log'; data: Buffer }
  | { kind: 'synced' }
  | { kind: 'answer'; port: number };

/** A message, and the client's port of the connection that it came by. */
export interface TracedMessage {
  msgId: string;
  port: number;
}

const LINE = /^(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)$/;
const COMMIT_MARK = { headerBytes: 24, at: 4 };

/**
 * Reads a trace written by `strace -f -yy -xx`. strace handles one stop at a time and prints in that order, so that the order of its
 * lines is the order in which calls began (`… <unfinished ...>`) and ended (`<... resumed>`), across all threads.
 */
export class SyncTrace {
  private readonly calls: Call[] = [];

  constructor(trace: string) {
    /** Threads whose sync of the log has begun and not ended. */
    const syncing = new Set<string>();
    for (const line of trace.split('\n')) {
      const [, thread, resumed, begun, given] = LINE.exec(line) ?? [];
      if (thread === undefined || given === undefined) continue;
      const rest = given.replace(/^\d+<((?:\\x[0-9a-f]{2})+)>/, (_, path: string) => `<${decoded(path).toString()}>`);
      const isSync = /^f(?:data)?sync$/.test(resumed ?? begun ?? '');
      if (isSync) this.addSync(thread, rest, resumed !== undefined, syncing);
      else if (begun !== undefined) this.addWrite(rest);
    }
  }

  /** Syncs of the log that ended well. */
  get syncs(): number {
    return this.calls.filter(({ kind }) => kind === 'synced').length;
  }

  durabilityOf({ msgId, port }: TracedMessage): Durability {
    const written = this.calls.findIndex((call) => call.kind === 'log' && call.data.includes(msgId));
    if (written < 0) return 'never written';
    const answered = this.calls.findIndex((call) => call.kind === 'answer' && call.port === port);
    if (answered < 0) return 'never answered';
    const committed = this.calls.findIndex((call, place) => place >= written && call.kind === 'log' && isCommitMark(call.data));
    // The mark stands in front of the transaction's last page, which is written after it.
    const synced = this.calls.findIndex((call, place) => place > committed + 1 && call.kind === 'synced');
    return committed >= 0 && synced >= 0 && synced < answered ? 'synced before the answer' : 'answered before a sync';
  }

  private addSync(thread: string, rest: string, isEnd: boolean, syncing: Set<string>): void {
    if (!isEnd && !rest.includes('-wal>')) return;
    if (!isEnd && rest.includes('<unfinished')) syncing.add(thread);
    else if ((!isEnd || syncing.delete(thread)) && rest.endsWith('= 0')) this.calls.push({ kind: 'synced' });
  }

  private addWrite(rest: string): void {
    if (rest.includes('-wal>')) {
      this.calls.push({ kind: 'log', data: bytesOf(rest) });
      return;
    }
    const port = /^\d+<TCP:\[[^\]]*->[^\]]*:(\d+)\]>/.exec(rest)?.[1];
    if (port !== undefined && bytesOf(rest).includes('{"status":"success"')) this.calls.push({ kind: 'answer', port: Number(port) });
  }
}

/** The header of a frame that ends a transaction names the database's size; other headers hold 0 there (SQLite, "WAL file format"). */
function isCommitMark(data: Buffer): boolean {
  return data.length === COMMIT_MARK.headerBytes && data.readUInt32BE(COMMIT_MARK.at) > 0;
}

/** All that a call writes, from its strings in hexadecimal. */
function bytesOf(rest: string): Buffer {
  return Buffer.concat([...rest.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, text]) => decoded(text!)));
}

function decoded(text: string): Buffer {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex');
}

import type { Dispatcher } from 'undici';

/** What comes back on a call: an answer, or its connection breaks. */
export type Reply = { status: number; body: string } | 'reset';

/** A request that has left the bridge and waits for what becomes of it. */
export interface OpenCall {
  origin: string;
  body: string;
  end(reply: Reply): void;
}

export interface CallHearer {
  opened(call: OpenCall): void;
  /** The bridge itself has given it up: what was sent of it has been sent. */
  abandoned(call: OpenCall): void;
}

/** The bridge's way out, without a socket: every call stays open until it is ended. */
export class Outside implements Pick<Dispatcher, 'dispatch'> {
  readonly open: OpenCall[] = [];
  private closed = false;

  constructor(private readonly hearer: CallHearer) {}

  dispatch({ origin, body }: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (this.closed) return false;
    let over = false;
    const leave = (): boolean => {
      if (over) return false;
      over = true;
      this.open.splice(this.open.indexOf(call), 1);
      return true;
    };
    const controller = {
      aborted: false, paused: false, reason: null, rawHeaders: [], pause: () => undefined, resume: () => undefined,
      abort: (reason: Error) => {
        if (!leave()) return;
        this.hearer.abandoned(call);
        handler.onResponseError?.(controller, reason);
      },
    } as unknown as Dispatcher.DispatchController;
    const end = (reply: Reply): void => {
      if (!leave()) return;
      if (reply === 'reset') return void handler.onResponseError?.(controller, Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
      handler.onResponseStart?.(controller, reply.status, { 'content-type': 'application/json' });
      handler.onResponseData?.(controller, Buffer.from(reply.body));
      handler.onResponseEnd?.(controller, {});
    };
    const call: OpenCall = { origin: String(origin), body: typeof body === 'string' ? body : Buffer.from(body as Uint8Array).toString(), end };
    this.open.push(call);
    this.hearer.opened(call);
    handler.onRequestStart?.(controller, {});
    return true;
  }

  /** The process is gone; what has left has left. */
  die(): OpenCall[] {
    this.closed = true;
    return this.open;
  }
}

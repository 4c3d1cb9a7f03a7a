/** One `POST`. */
export interface OutgoingCall {
  /** `http:` or `https:`. Its path and query go out as they are written. */
  url: string | URL;
  headers: Record<string, string>;
  body: Uint8Array | string;
  /** Milliseconds for the whole call: waiting for a connection, connecting, sending and the whole answer. */
  timeoutMs: number;
  /** Gives the call up: `not-sent` where nothing was written yet, else `lost`. */
  signal?: AbortSignal;
}

/** What became of a call, told by what left the socket, since that alone says whether it may be made again. */
export type OutgoingResult =
  /** A whole answer, of any status: redirects are not followed. `body` holds its first `maxBodyBytes`, as UTF-8. */
  | { kind: 'answered'; status: number; headers: AnswerHeaders; body: string }
  /** No byte of the request left: it is safe to send it again. */
  | { kind: 'not-sent'; error: string }
  /** Bytes may have left and no whole answer came. `status` is there where the answer broke off after its first line. */
  | { kind: 'lost'; error: string; status?: number };

/** The headers of an answer, their names in lower case. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * The points of a message's way at which the host is killed, each with the place in the host where the blow falls. `random`
 * is any moment, chosen by the clock.
 */
export const POINTS = [
  /** The request is read; the ledger has not been asked yet. */
  'parsed',
  /** The ledger's thread has written the message's row, and is about to commit. */
  'inserted uncommitted',
  /** The commit is on disk; nobody has been told. */
  'committed unanswered',
  /** The last byte of the answer to CleverTap has been handed to the kernel. */
  'answered',
  /** Messages have been claimed for AiSensy; none is on its way. */
  'claimed',
  /** The request to AiSensy has been written to the socket. */
  'bytes on the wire',
  /** AiSensy's verdict is known to the process alone. */
  'answer unrecorded',
  /** The ledger's thread has written a delivery report, and is about to commit. */
  'report uncommitted',
  /** The report is on disk; AiSensy has no answer. */
  'report committed',
  /** CleverTap has taken statuses, which is not written down. */
  'relay answered unrecorded',
  /** A listener of the host's has done one half of its work. */
  'listener half done',
  /** SIGTERM has come, and the bridge has begun to stop. */
  'drain begun',
  /** SQLite is copying its log into the database file. */
  'checkpoint',
  'random',
] as const;

/** `recovery uncommitted`, at the end of a start after a death, is for the second blow of a run only. */
export type Point = (typeof POINTS)[number] | 'recovery uncommitted';

/** Where a life of the host ends. */
export interface Blow {
  point: Point;
  /** The how-manieth time that the point is reached; milliseconds after the start of the drain, or of the life, for `drain begun` and `random`. */
  at: number;
}

import type { Readable } from 'node:stream';

/** A medium on its way. */
export interface MediaStream {
  /** What AiSensy says it is, where it says so. */
  mimeType?: string;
  /** To be read, or destroyed. */
  body: Readable;
}

/** Where an account's media are fetched that a message names by an id alone. */
export interface MediaSource {
  /** Rejects with an error whose text may be shown; `timeoutMs` is for the beginning of the answer. */
  open(id: string, limits: { timeoutMs: number; maxBytes: number }): Promise<MediaStream>;
}

/** The sources, by account number; none for an account that has none. */
export const MEDIA_SOURCES = Symbol.for('nestjs-whatsapp-bridge:media-sources');

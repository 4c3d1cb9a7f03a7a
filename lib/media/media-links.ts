import { Inject, Injectable } from '@nestjs/common';
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { now } from '../clock.ts';
import type { InboundMedia } from '../messages/inbound-message.ts';
import { Accounts } from '../options/accounts.ts';
import { type Account, RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolved-options.ts';
import { MEDIA_SOURCES, type MediaSource } from './media-source.ts';
import { mediaTypeOf, shortMediaType } from './media-types.ts';

/** What a link opens. */
export interface MediaGrant {
  /** The account's number, E.164. */
  account: string;
  id: string;
  /** What the message called it. */
  mimeType?: string;
}

/** Half of the digest is enough against guessing. A whole one would make the parameter longer than Fastify takes by default (100). */
const SIGNATURE_BYTES = 16;

/** Meta's ids are numbers of some 16 digits. */
const ID = /^[\w-]{1,40}$/;

/**
 * Makes and reads the links under which the bridge serves media that a message only names by an id. A link holds the account, the
 * id and the time when it ends, and is signed: it opens this medium, for this long, and nothing else.
 */
@Injectable()
export class MediaLinks {
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(Accounts) private readonly accounts: Accounts,
    @Inject(MEDIA_SOURCES) private readonly sources: ReadonlyMap<string, MediaSource>,
  ) {}

  /** A link to a medium; none where it cannot be fetched, or `publicUrl` is not known. */
  linkTo({ id, mimeType }: InboundMedia, account: Account): string | undefined {
    const { publicUrl, path, media } = this.options;
    if (publicUrl === undefined || id === undefined || !ID.test(id) || !this.sources.has(account.mobileNumber)) return undefined;
    const ends = Math.ceil((now() + media.linkValidMs) / 1000).toString(36);
    const grant = [account.mobileNumber.slice(1), id, ends, shortMediaType(mimeType)].join('.');
    return `${publicUrl}/${path}/media/${grant}.${this.signature(grant, account).toString('base64url')}`;
  }

  /** What a link's token opens: nothing where the bridge did not make it, `expired` where it has ended. */
  read(token: string): MediaGrant | 'expired' | undefined {
    const [, grant = '', number = '', id = '', ends = '', type = '', signature = ''] = /^((\d+)\.([\w-]+)\.([a-z\d]+)\.([a-z\d]*))\.([\w-]{22})$/.exec(token) ?? [];
    const account = this.accounts.byNumber(`+${number}`);
    if (account === undefined || !timingSafeEqual(this.signature(grant, account), Buffer.from(signature, 'base64url'))) return undefined;
    if (parseInt(ends, 36) * 1000 < now()) return 'expired';
    return { account: account.mobileNumber, id, mimeType: mediaTypeOf(type) };
  }

  private signature(grant: string, account: Account): Buffer {
    return createHmac('sha256', this.keyOf(account)).update(grant).digest().subarray(0, SIGNATURE_BYTES);
  }

  /** A key of the links' own, so that a link tells nothing of the secret that it is derived from. */
  private keyOf({ cleverTap, aiSensy }: Account): Buffer {
    const secret = this.options.media.secret ?? JSON.stringify([cleverTap, aiSensy.callbacks]);
    return Buffer.from(hkdfSync('sha256', secret, '', 'nestjs-whatsapp-bridge:media-links', 32));
  }
}

import { DAY_MS, YEAR_MS } from '../clock.ts';
import type { MediaOptions } from '../whatsapp-bridge.options.ts';
import { AsGiven, IfGiven, Must } from './must.ts';
import type { Rule } from './must.ts';
import { beText, beWholeNumber } from './rules.ts';

/** A guessed secret opens people's pictures to whoever guessed it. */
const SHORTEST_SECRET = 16;

/** `media` */
export class MediaDto implements MediaOptions {
  @IfGiven() @Must(beText('a secret of your own making'), beLong()) @AsGiven()
  secret?: string;

  @Must(beWholeNumber(60_000, YEAR_MS, 'milliseconds')) @AsGiven()
  linkValidMs = 7 * DAY_MS;

  @Must(beWholeNumber(1, 1024 ** 3, 'bytes')) @AsGiven()
  maxBytes = 104_857_600;

  @Must(beWholeNumber(1, 600_000, 'milliseconds')) @AsGiven()
  timeoutMs = 15_000;
}

function beLong(): Rule {
  const text = `is too short to be safe. Give at least ${SHORTEST_SECRET} characters.`;
  return (value) => (typeof value === 'string' && value.trim() !== '' && value.length < SHORTEST_SECRET ? text : undefined);
}

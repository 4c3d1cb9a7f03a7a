import { AsGiven, IfGiven, Must } from './must.ts';
import type { Rule } from './must.ts';
import { isText, wrongKind } from './rules.ts';

/** `ledger` */
export class LedgerDto {
  @Must(beEngine()) @AsGiven()
  engine: 'sqlite' | 'memory' = 'sqlite';

  /** `ledgerOf` fills in the default, which only engine `sqlite` has. */
  @IfGiven() @Must(beLedgerFile()) @AsGiven()
  file?: string;
}

function beEngine(): Rule {
  return (value) => (value === 'sqlite' || value === 'memory' ? undefined : "must be 'sqlite' or 'memory'.");
}

/** SQLite keeps nothing under an empty name or `:memory:`, and reads `file:` as a URI: none of them is a ledger that lasts. */
function beLedgerFile(): Rule {
  const wanted = "a file's path, such as './data/whatsapp-bridge.sqlite'";
  return (value, group) => {
    if (!isText(value)) return wrongKind(value === '' ? undefined : value, wanted);
    if ((group as LedgerDto).engine === 'memory') return "has no meaning with engine 'memory'. Leave it out, or take engine 'sqlite'.";
    if (/^(?::memory:|file:)/.test(value)) return `must be ${wanted}. For a ledger without a file take engine 'memory'.`;
    return undefined;
  };
}

import fc from 'fast-check';
import { laneName } from '../../lib/ledger/ledger.ts';
import type { DispatchRecord, Settlement } from '../../lib/ledger/ledger-records.ts';
import type { DeliveryStatus } from '../../lib/messages/delivery-report.ts';
import { type MessageOrigin, TEST_MSG_ID } from '../../lib/messages/outbound-message.ts';

// Few of each, so that steps meet: names that come again, people with messages of two accounts.
export const ACCOUNTS = ['+918889500122', '+918889500133'];
export const MSG_IDS = ['m0', 'm1', 'm2', 'm3', 'm4', 'm5'];
const WAMIDS = ['w0', 'w1', 'w2', 'w3', 'w4'];
const PEOPLE = ['+919800000001', '+919800000002', '+919800000003'];

/** The listeners' lanes, by what they want to hear. */
export const LISTENERS = { dispatch: laneName.listener('Host.dispatched'), report: laneName.listener('Host.reported'), inbound: laneName.listener('Host.written') };

/** One call of the app's to its ledger. `job` is a place among those that it has in hand, `which` a place in a list that it has just read. */
export type Ask =
  /** A message is sent. `claim`: its lane has a slot for it. `long`: what is told of it is too long to be remembered. */
  | {
    do: 'accept'; account: string; msgId: string; to: string; origin: MessageOrigin; body: number; claim: boolean; urgent: boolean; long: boolean; withinMs: number;
  }
  | { do: 'claim'; lane: string; limit: number }
  /** What an attempt at AiSensy showed; `laterMs` is when it is to be tried again, settled or asked after. */
  | { do: 'attempt'; job: number; outcome: DispatchRecord['outcome']; names: string[]; answered: boolean; lookedUp: boolean; laterMs: number }
  /** `room`: its lanes can have its jobs at once. */
  | { do: 'report'; accounts: string[]; names: string[]; status: DeliveryStatus; room: boolean }
  /** A person writes; `hidden`: with Meta's id alone in place of the number. */
  | { do: 'write'; account: string; from: string; hidden: boolean; id: number; replyTo: string; room: boolean }
  /** What became of a job for CleverTap or a listener, or of a look-up. */
  | { do: 'end'; job: number; as: 'done' | 'retry' | 'dead'; alone: boolean; laterMs: number }
  /** Any job goes back untried. */
  | { do: 'hand back'; job: number; laterMs: number }
  /** An operator ends the wait for an outcome. */
  | { do: 'settle'; which: number; decision: Settlement['decision']; urgent: boolean; withinMs: number }
  /** The account's policy does, with a settling job in hand. */
  | { do: 'decide'; job: number; decision: Settlement['decision']; urgent: boolean; withinMs: number }
  | { do: 'sweep' }
  | { do: 'prune'; olderThanMs: number; limit: number }
  | { do: 'forget'; person: string }
  | { do: 'replay'; which: number; dryRun: boolean; urgent: boolean; withinMs: number }
  | { do: 'discard'; which: number };

/** Calls go off to the ledger, and wait on their way until they are committed together. */
export type Step = Ask
  /** `spoilt`: a call among them fails, at that place. `failed`: the commit does. `lost`: the ledger's thread dies when all is written and nobody has heard of it. */
  | { do: 'commit'; end: 'kept' | 'spoilt' | 'failed' | 'lost'; place: number }
  /** Somebody asks after every message, of which the ledger remembers more from then on. */
  | { do: 'look' }
  | { do: 'pass'; ms: number }
  /** The process dies, and another one starts on what it has left. */
  | { do: 'restart' };

const account = fc.constantFrom(ACCOUNTS[0]!, ACCOUNTS[0]!, ACCOUNTS[1]!);
const person = fc.constantFrom(...PEOPLE);
const msgId = fc.constantFrom(...MSG_IDS);
const wamid = fc.constantFrom(...WAMIDS);
const place = fc.nat(9);
const seldom = fc.nat(9).map((chance) => chance === 9);
const laterMs = fc.oneof(fc.constant(0), fc.nat(3_000));
const withinMs = fc.integer({ min: 1, max: 30_000 });
const outcome = fc.constantFrom<DispatchRecord['outcome']>('dispatched', 'dispatched', 'unknown', 'unknown', 'unknown', 'rejected', 'rejected', 'expired', 'retry', 'retry');
const decision = fc.constantFrom<Settlement['decision']>('sent', 'failed', 'resend', 'resend');
const lane = fc.oneof(
  { weight: 5, arbitrary: account.map(laneName.dispatch) },
  { weight: 3, arbitrary: account.map(laneName.reports) },
  { weight: 5, arbitrary: account.map(laneName.settle) },
  { weight: 1, arbitrary: account.map(laneName.inbound) },
  { weight: 1, arbitrary: account.map(laneName.lookUp) },
  { weight: 3, arbitrary: fc.constantFrom(...Object.values(LISTENERS)) },
);
const end = fc.oneof(
  { withCrossShrink: true },
  { weight: 12, arbitrary: fc.constant('kept' as const) }, { weight: 3, arbitrary: fc.constant('spoilt' as const) },
  { weight: 3, arbitrary: fc.constant('failed' as const) }, { weight: 2, arbitrary: fc.constant('lost' as const) },
);
/** By which a report calls its message; both at once teach the ledger a name, and bring out what was parked by it. */
const names: fc.Arbitrary<string[]> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(msgId) },
  { weight: 3, arbitrary: fc.tuple(wamid) },
  { weight: 3, arbitrary: fc.tuple(msgId, wamid) },
  { weight: 1, arbitrary: fc.constant<string[]>([TEST_MSG_ID]) },
  { weight: 1, arbitrary: fc.tuple(wamid, fc.constant<string>(TEST_MSG_ID)) },
);

function asking<K extends Ask['do']>(name: K, rest: { [F in Exclude<keyof Extract<Ask, { do: K }>, 'do'>]: fc.Arbitrary<Extract<Ask, { do: K }>[F]> }): fc.Arbitrary<Step> {
  return fc.record({ do: fc.constant(name), ...rest }) as unknown as fc.Arbitrary<Step>;
}

export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: asking('accept', {
      account, msgId: fc.oneof({ weight: 9, arbitrary: msgId }, { weight: 1, arbitrary: fc.constant(TEST_MSG_ID) }), to: person,
      origin: fc.constantFrom<MessageOrigin>('clevertap', 'clevertap', 'host'), body: fc.constantFrom(0, 0, 0, 1), claim: fc.constantFrom(true, true, false), urgent: seldom, long: seldom, withinMs,
    }),
  },
  { weight: 7, arbitrary: asking('claim', { lane, limit: fc.integer({ min: 1, max: 4 }) }) },
  {
    weight: 6,
    arbitrary: asking('attempt', {
      job: place, outcome, names: fc.array(wamid, { maxLength: 1 }),
      answered: seldom, lookedUp: seldom, laterMs,
    }),
  },
  {
    weight: 5,
    arbitrary: asking('report', {
      accounts: fc.constantFrom([ACCOUNTS[0]!], [ACCOUNTS[1]!], ACCOUNTS), names, status: fc.constantFrom<DeliveryStatus>('sent', 'delivered', 'read', 'failed', 'clicked'),
      room: fc.constantFrom(true, true, false),
    }),
  },
  { weight: 2, arbitrary: asking('write', { account, from: person, hidden: seldom, id: place, replyTo: fc.oneof(msgId, wamid), room: fc.constantFrom(true, true, false) }) },
  { weight: 4, arbitrary: asking('end', { job: place, as: fc.constantFrom('done', 'retry', 'dead'), alone: fc.boolean(), laterMs }) },
  { weight: 2, arbitrary: asking('hand back', { job: place, laterMs }) },
  { weight: 2, arbitrary: asking('settle', { which: place, decision, urgent: fc.boolean(), withinMs }) },
  { weight: 3, arbitrary: asking('decide', { job: place, decision, urgent: fc.boolean(), withinMs }) },
  { weight: 2, arbitrary: asking('sweep', {}) },
  { weight: 1, arbitrary: asking('prune', { olderThanMs: fc.integer({ min: 0, max: 20_000 }), limit: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 1, arbitrary: asking('forget', { person }) },
  { weight: 2, arbitrary: asking('replay', { which: place, dryRun: seldom, urgent: fc.boolean(), withinMs }) },
  { weight: 1, arbitrary: asking('discard', { which: place }) },
  { weight: 18, arbitrary: fc.record({ do: fc.constant('commit' as const), end, place: fc.nat(4) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('look' as const) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.oneof({ weight: 5, arbitrary: fc.nat(2_000) }, { weight: 1, arbitrary: fc.nat(20_000) }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
);

import { expect } from '@jest/globals';
import type { AcceptResult, CallbackRecord, Claim, DispatchRecord, DispatchResult, JobResult, KeptDeadLetter, Settlement, SettlementResult } from '../../lib/ledger/ledger-records.ts';
import { laneName } from '../../lib/ledger/ledger.ts';
import type { NewMessage, RecordedEvent } from '../../lib/ledger/message-records.ts';
import type { SqliteDatabase } from '../../lib/ledger/sqlite/driver.ts';
import type { SqliteEngine } from '../../lib/ledger/sqlite/engine.ts';
import type { FailureReason } from '../../lib/messages/failure-reason.ts';
import { TEST_MSG_ID } from '../../lib/messages/outbound-message.ts';
import type { Holding, LedgerCall, Reckoning } from './ledger-reckoning.ts';
import { type Ask, LISTENERS } from './ledger-steps.ts';

const REASON: FailureReason = { code: 1009, title: 'no' };
const PARK_MS = 2_000;
const LETTERS_OF_MESSAGES = ['refused', 'unknown', 'expired'];

type Of<K extends Ask['do']> = Extract<Ask, { do: K }>;

/** Asks the ledger what the app would ask it at each step, and has the app reckon with the answers. */
export class LedgerCaller {
  private readonly jobOf;
  private readonly waitsBefore;

  constructor(db: SqliteDatabase, private readonly app: Reckoning) {
    this.jobOf = db.prepare('SELECT 1 FROM jobs WHERE id = ?');
    this.waitsBefore = db.prepare('SELECT 1 FROM jobs JOIN lanes ON lanes.id = jobs.lane WHERE name = ? AND key = ? AND event < ? AND claimed = 0');
  }

  /** The call of a step; none where there is nothing to call for. What the app has to choose among it reads from the engine. */
  call(step: Ask, engine: SqliteEngine, at: number): LedgerCall | undefined {
    switch (step.do) {
      case 'accept': return this.accept(step, at);
      case 'claim': return this.claim(step, at);
      case 'attempt': return this.ending(step.job, (kind) => kind === 'dispatch', (job) => this.attempt(step, job, at));
      case 'report': return this.report(step, at);
      case 'write': return this.write(step, at);
      case 'end': return this.ending(step.job, (kind) => kind !== 'dispatch' && kind !== 'settle', (job) => finishing(resultOf(step, job, at)));
      case 'hand back': return this.ending(step.job, () => true, ({ id }) => finishing({ id, kind: 'release', ...(step.laterMs > 0 && { due: at + step.laterMs }) }));
      case 'settle': return this.settle(step, engine, at);
      case 'decide': return this.ending(step.job, (kind) => kind === 'settle', (job) => this.decide(step, job, at));
      case 'sweep': return asking((ledger) => ledger.sweep({ at, listenerLanes: [LISTENERS.dispatch] }), ({ events }) => this.app.announce(events, at));
      case 'prune': return this.prune(step, at);
      case 'forget': return this.forget(step.person);
      case 'replay': return this.replay(step, engine, at);
      case 'discard': {
        const letter = pick(lettersIn(engine), step.which);
        return letter && asking((ledger) => ledger.discard([letter.id]));
      }
    }
  }

  private accept({ account, msgId, to, origin, body, claim, urgent, long, withinMs }: Of<'accept'>, at: number): LedgerCall {
    const wire = JSON.stringify({ msgId, body });
    const size = Buffer.byteLength(wire);
    const summary = JSON.stringify({ type: 'text', ...(long && { text: 'x'.repeat(600) }) });
    const message: NewMessage = {
      account, msgId, test: msgId === TEST_MSG_ID, origin, to, summary, wire, at, lane: laneName.dispatch(account), claim, urgent, expiresAt: at + withinMs,
    };
    this.app.enter(account, size);
    const leave = (): void => this.app.leave(account, size);
    return asking((ledger): AcceptResult => ledger.accept(message), (accepted) => {
      if (accepted.kind !== 'new') return leave();
      if (!claim) return;
      const sendable = { seq: accepted.message, account, msgId, origin, to, summary, acceptedAt: at, wire, proven: false };
      this.app.hold(message.lane, { id: accepted.job, message: sendable }, at);
    }, leave);
  }

  private claim({ lane, limit }: Of<'claim'>, at: number): LedgerCall {
    return asking((ledger): Claim => ledger.claim(lane, limit, at), ({ jobs }) => {
      for (const job of jobs) this.app.hold(lane, job, at);
    });
  }

  private attempt({ outcome, names, answered, lookedUp, laterMs }: Of<'attempt'>, { id, attempts, message }: Holding, at: number): LedgerCall {
    // Its person was forgotten before it was claimed.
    if (message === undefined) return finishing({ ids: [id], kind: 'done' });
    const { seq, account, wire } = message;
    const mayBeSent = outcome === 'dispatched' || outcome === 'unknown';
    const record: DispatchRecord = {
      job: id, message: seq, attempt: attempts + 1, at, outcome, names: mayBeSent ? names : [], listenerLanes: [LISTENERS.dispatch],
      provenLanes: [LISTENERS.dispatch], answered: answered && outcome === 'rejected', ...(outcome !== 'dispatched' && { reason: REASON }),
      ...(outcome === 'retry' && { due: at + laterMs }), ...(outcome === 'unknown' && { settleAt: at + laterMs }), ...(mayBeSent && lookedUp && { lookUpAt: at + laterMs }),
    };
    return asking((ledger): DispatchResult => ledger.recordDispatch(record), ({ event, matched, gone }) => {
      if (event !== undefined && gone === undefined) this.app.leave(account, Buffer.byteLength(wire));
      this.app.announce(event === undefined ? matched : [event, ...matched], at);
    });
  }

  private report({ accounts, names, status, room }: Of<'report'>, at: number): LedgerCall {
    const report = { names, status, at, ...(status === 'failed' && { failure: REASON }) };
    return this.callback({ accounts, reports: [{ report, listenerLanes: [LISTENERS.report] }] }, room ? [laneName.reports(accounts[0]!), LISTENERS.report] : [], at);
  }

  private write({ account, from, hidden, id, replyTo, room }: Of<'write'>, at: number): LedgerCall {
    const userId = `id of ${from}`;
    const relayLane = laneName.inbound(account);
    const message = { id: `in-${id}`, ...(hidden ? { userId } : { from }), at, type: 'text' as const, text: 'Hello', replyTo, raw: {} };
    const inbound = [{ message, account, listenerLanes: [LISTENERS.inbound], relayLane, undeliverable: 'CleverTap knows phone numbers only' }];
    return this.callback({ accounts: [account], reports: [], inbound, ...(!hidden && { people: [{ userId, phoneNumber: from }] }) }, room ? [relayLane, LISTENERS.inbound] : [], at);
  }

  private callback(record: Omit<CallbackRecord, 'at' | 'parkForMs'>, roomy: string[], at: number): LedgerCall {
    const room = roomy.map((lane) => ({ lane, places: 1 }));
    const whole: CallbackRecord = { ...record, at, parkForMs: PARK_MS, settledLanes: [LISTENERS.dispatch], room };
    const overtakes = ({ seq, claimed = [] }: RecordedEvent): boolean => claimed.some(({ lane, key }) => this.waitsBefore.get(lane, key, seq) !== undefined);
    const make = (ledger: SqliteEngine): { events: RecordedEvent[]; early: RecordedEvent[] } => {
      const events = ledger.recordCallback(whole);
      return { events, early: events.filter(overtakes) };
    };
    return asking(make, ({ events, early }) => {
      expect(early).toEqual([]);
      this.app.announce(events, at);
    });
  }

  private settle({ which, decision, urgent, withinMs }: Of<'settle'>, engine: SqliteEngine, at: number): LedgerCall | undefined {
    const message = pick(engine.unknown(100), which);
    return message && this.settling(message.account, { message: message.seq, decision, at, reason: REASON, listenerLanes: [LISTENERS.dispatch], urgent, expiresAt: at + withinMs });
  }

  private decide({ decision, urgent, withinMs }: Of<'decide'>, { id, message }: Holding, at: number): LedgerCall {
    if (message === undefined) return finishing({ ids: [id], kind: 'done' });
    return this.settling(message.account, { message: message.seq, job: id, decision, at, reason: REASON, listenerLanes: [LISTENERS.dispatch], urgent, expiresAt: at + withinMs });
  }

  private settling(account: string, settlement: Settlement): LedgerCall {
    const { job, decision, at } = settlement;
    const isBased = (): boolean => job === undefined || this.jobOf.get(job) !== undefined;
    return asking((ledger): SettlementResult & { based: boolean } => ({ based: isBased(), ...ledger.settle(settlement) }), ({ based, settled, event, bytes = 0 }) => {
      // Somebody has ended that wait meanwhile; the message may wait again, for something else.
      if (!based) expect(settled).toBe(false);
      if (settled && decision === 'resend') this.app.enter(account, bytes);
      if (event !== undefined) this.app.announce([event], at);
    });
  }

  /** What is in somebody's hands is younger than what is old, by days: nobody writes down an attempt at a message that was deleted since. */
  private prune({ olderThanMs, limit }: Of<'prune'>, at: number): LedgerCall {
    const before = Math.min(at - olderThanMs, ...[...this.app.inHand.values()].map(({ since }) => since));
    return asking((ledger) => ledger.prune(before, limit));
  }

  private forget(person: string): LedgerCall {
    return asking((ledger) => ledger.forget(person), ({ left }) => {
      for (const { account, bytes } of left) this.app.leave(account, bytes);
    });
  }

  private replay({ which, dryRun, urgent, withinMs }: Of<'replay'>, engine: SqliteEngine, at: number): LedgerCall | undefined {
    const letter = pick(lettersIn(engine), which);
    if (letter === undefined) return undefined;
    const message = LETTERS_OF_MESSAGES.includes(letter.kind) ? letter.message : undefined;
    const replay = { id: letter.id, at, dryRun, ...(message && { expiresAt: at + withinMs, urgent }), settledLanes: [LISTENERS.dispatch] };
    return asking((ledger) => ledger.replay(replay), (outcome) => {
      if (!outcome.replayed || dryRun) return;
      if (message !== undefined) this.app.enter(message.account, outcome.bytes);
      this.app.announce(outcome.recorded, at);
    });
  }

  /** The end of a job in hand. It leaves when the ledger has it; where that is not certain, the same is written again, whatever the step says by then. */
  private ending(place: number, isOf: (kind: Holding['kind']) => boolean, end: (job: Holding) => LedgerCall): LedgerCall | undefined {
    const job = pick(this.app.free(isOf), place);
    if (job === undefined) return undefined;
    job.leaving = true;
    if (job.held !== undefined) return job.held;
    const { make, answered } = end(job);
    job.held = {
      make,
      answered: (answer) => {
        this.app.inHand.delete(job.id);
        answered(answer);
      },
      failed: () => { job.leaving = false; },
    };
    return job.held;
  }
}

function asking<T>(make: (engine: SqliteEngine) => T, answered: (answer: T) => void = () => undefined, failed: () => void = () => undefined): LedgerCall {
  return { make, answered, failed };
}

function finishing(result: JobResult): LedgerCall {
  return asking((ledger) => ledger.finish([result]));
}

function resultOf({ as, alone, laterMs }: Of<'end'>, { id, kind }: Holding, at: number): JobResult {
  const isRelay = kind === 'relay-reports' || kind === 'relay-inbound';
  if (as === 'done') return { ids: [id], kind: 'done', ...(isRelay && { relayed: at }) };
  // A look-up is never given up.
  if (as === 'dead' && kind !== 'look-up') return { id, kind: 'dead', letter: isRelay ? 'relay' : 'listener', reason: 'no', at };
  return { id, kind: 'retry', due: at + laterMs, alone };
}

function lettersIn(engine: SqliteEngine): KeptDeadLetter[] {
  return engine.deadLetters({ limit: 100 });
}

function pick<T>(list: T[], place: number): T | undefined {
  return list[place % Math.max(1, list.length)];
}

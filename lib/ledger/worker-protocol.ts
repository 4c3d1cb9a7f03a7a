import { LedgerError, type LedgerErrorCode } from './ledger.errors.ts';
import {
  acceptResult, callbackRecord, claim, dispatchRecord, dispatchResult, newMessage, type Packing, recordedEvents, type ResultPacking,
} from './packed-records.ts';
import { ValueReader, type Values } from './packed-values.ts';
import type { SqliteEngine } from './sqlite/engine.ts';

/** The methods that travel to the worker by name. */
export type EngineMethod = Exclude<keyof SqliteEngine, 'state' | 'takenBack' | 'complete'>;
export type Method = 'open' | 'close' | EngineMethod;

/** How a call travels. The calls that are made for every message take one record each, which is packed. */
export interface CallForm {
  readonly method: Method;
  readonly record?: Packing<unknown>;
  readonly result?: ResultPacking<unknown>;
}

const FORMS: readonly CallForm[] = [
  { method: 'accept', record: newMessage, result: acceptResult },
  { method: 'recordDispatch', record: dispatchRecord, result: dispatchResult },
  { method: 'recordCallback', record: callbackRecord, result: recordedEvents },
  { method: 'claim', result: claim },
];
const FORM_OF: ReadonlyMap<Method, CallForm> = new Map(FORMS.map((form) => [form.method, form]));

/** A call to the worker. */
export interface Call {
  form: CallForm;
  /** Its record, where its form has one; else its arguments. */
  asked: unknown;
}

/** The answer to a call. */
export type Answer = { value: unknown } | { error: LedgerError };

export function formOf(method: Method): CallForm {
  return FORM_OF.get(method) ?? { method };
}

/** A form that both sides know travels as its place in `FORMS`: a name would have to be looked up at the other end. */
export function putCall({ form, asked }: Call, into: Values): void {
  const place = FORMS.indexOf(form);
  into.push(place < 0 ? form.method : place);
  if (form.record === undefined) into.push(asked);
  else form.record.put(asked, into);
}

export function takeCalls(values: Values): Call[] {
  const from = new ValueReader(values);
  const calls: Call[] = [];
  while (!from.isAtEnd) {
    const named = from.next<Method | number>();
    const form = typeof named === 'number' ? FORMS[named]! : { method: named };
    calls.push({ form, asked: form.record === undefined ? from.next() : form.record.take(from) });
  }
  return calls;
}

/** The worker answers all calls in their order, so an answer need not say to which it belongs. */
export function putResult(result: unknown, { form, asked }: Call, into: Values): void {
  into.push(true);
  if (form.result === undefined) into.push(result);
  else form.result.put(result, into, asked);
}

export function putFailure(code: LedgerErrorCode, message: string, into: Values): void {
  into.push(false, code, message);
}

/** Takes the next answer, which is the one to this call. */
export function takeAnswer(from: ValueReader, { form, asked }: Call): Answer {
  if (!from.next<boolean>()) return { error: new LedgerError(from.next(), from.next()) };
  return { value: form.result === undefined ? from.next() : form.result.take(from, asked) };
}

import { isObject } from '../messages/json-fields.ts';
import type { FailureReasonOptions } from '../whatsapp-bridge.options.ts';
import type { Rule } from './must.ts';
import { wrongKind } from './rules.ts';

const ACTIONS: readonly unknown[] = ['retry', 'wait', 'never', 'stop'] satisfies FailureReasonOptions['action'][];

/** `failureReasons`: a code's number, and what about it differs from the bridge's own table. */
export function beFailureReasons(): Rule {
  return (value) => {
    if (!isObject(value)) return wrongKind(value, "an object of Meta's codes, each with action and callbackCode");
    return Object.entries(value).map(([code, entry]) => entryProblem(code, entry)).find((problem) => problem !== undefined);
  };
}

function entryProblem(code: string, entry: unknown): string | undefined {
  if (!/^\d{1,9}$/.test(code)) return "has an entry that is no code. Name each by the number that Meta's errors carry, such as 131049.";
  if (!isObject(entry)) return `must give ${code} an object with action and callbackCode.`;
  const unknown = Object.keys(entry).find((name) => name !== 'action' && name !== 'callbackCode');
  if (unknown !== undefined) return `gives ${code} something that is no option. There are action and callbackCode.`;
  const { action, callbackCode } = entry;
  if (action !== undefined && !ACTIONS.includes(action)) return `must give ${code} the action 'retry', 'wait', 'never' or 'stop'.`;
  if (callbackCode !== undefined && !isCallbackCode(callbackCode)) return `must give ${code} a callbackCode from 1000 to 1010.`;
  return undefined;
}

function isCallbackCode(code: unknown): boolean {
  return typeof code === 'number' && Number.isInteger(code) && code >= 1000 && code <= 1010;
}

import { digits } from '../digits.ts';
import type { ReceivedMessage } from './received-messages.ts';

/** A choice for the messages that a rule is meant for. All conditions that are given must hold. */
export interface Rule<T> {
  use: T;
  /** Only so large a share of the messages that come to this rule, 0 to 1, drawn with the simulator's seed. */
  share?: number;
  /** Only each n-th message that comes to this rule. */
  every?: number;
  /** Only the first n messages that this rule is meant for. */
  times?: number;
  /** Only messages to this number. */
  to?: string;
  /** Only this message. */
  msgId?: string;
  /** Only messages of this template. */
  template?: string;
  when?: (message: ReceivedMessage) => boolean;
}

/**
 * What happens to which message: the same for all; or rules, of which the first that is meant for the message counts; or a
 * function of the message and its place among all messages received, from 0. A message that no rule and no answer of the
 * function covers gets the default. Rules without `when` hold plain data only, so they can be sent to another process.
 */
export type Plan<T extends object> = T | Rule<T>[] | ((message: ReceivedMessage, index: number) => T | undefined);

/** Makes a function out of a plan. What a rule has counted so far (`every`, `times`) starts anew. */
export function chooserOf<T extends object>(plan: Plan<T>, random: () => number): (message: ReceivedMessage) => T | undefined {
  if (typeof plan === 'function') return (message) => plan(message, message.index);
  if (!Array.isArray(plan)) return () => plan;
  const rules = plan.map((rule) => new CountedRule(rule, random));
  return (message) => rules.find((rule) => rule.covers(message))?.use;
}

class CountedRule<T> {
  readonly use: T;
  private readonly rule: Rule<T>;
  private readonly random: () => number;
  private seen = 0;
  private used = 0;

  constructor(rule: Rule<T>, random: () => number) {
    this.use = rule.use;
    this.rule = rule;
    this.random = random;
  }

  covers(message: ReceivedMessage): boolean {
    const { share, every, times, to, msgId, template, when } = this.rule;
    if (to !== undefined && digits(to) !== digits(message.to)) return false;
    if (msgId !== undefined && msgId !== message.msgId) return false;
    if (template !== undefined && template !== message.template) return false;
    if (when && !when(message)) return false;
    this.seen += 1;
    if (every !== undefined && this.seen % every !== 0) return false;
    if (share !== undefined && this.random() >= share) return false;
    if (times !== undefined && this.used >= times) return false;
    this.used += 1;
    return true;
  }
}

import {
  behaviours, type AiSensySimulatorOptions, type Behaviour, type CallbackFault, type CallbackFormName, type ReportPlan, type Rule,
} from '../../lib/testing/index.ts';
import { POINTS, type Blow, type Point } from './points.ts';
import { Random } from './random.ts';

/** Everything that a run is made of; the same seed gives the same one. */
export interface Scenario {
  seed: number;
  platform: 'express' | 'fastify';
  /** The first blow, and sometimes another one soon after the restart. */
  blows: Blow[];
  /** For `drain begun`: when SIGTERM is sent, in milliseconds after the campaign's start. */
  terminateAfterMs: number;
  messages: number;
  concurrency: number;
  perSecond: number;
  maxConcurrentRequests: number;
  answerWithinMs: number;
  /** What becomes of unknown messages: settled by the account's policy within the run, or still waiting at its end. */
  unknown: { waitMs: number; policy: 'fail' | 'resend' };
  sendWithinMs: number;
  listenerFailsEvery: number;
  callbackForm: CallbackFormName;
  batching: AiSensySimulatorOptions['batching'];
  plan: Rule<Behaviour>[];
  reports: Rule<ReportPlan>[];
  replyShare: number;
  callbackFaults: CallbackFault[];
  /** All messages at once, AiSensy takes each and drops its answer: then every message has one story, and ends within the run. */
  storm?: true;
}

/** A number that AiSensy is never ready for: its messages expire, where the run is short enough to see it. */
const ALWAYS_TOO_MANY = '919800000007';

export function scenarioOf(seed: number, point: Point = POINTS[seed % POINTS.length]!): Scenario {
  const random = new Random(seed);
  const messages = random.between(120, 300);
  const perSecond = random.between(200, 500);
  const sendWithinMs = random.pick([5_000, 86_400_000]);
  return {
    seed, messages, perSecond,
    platform: random.pick(['express', 'fastify']),
    blows: [blowAt(point, random, messages), ...secondBlow(random)],
    terminateAfterMs: random.between(100, (messages * 900) / perSecond),
    concurrency: random.between(40, 150),
    maxConcurrentRequests: random.between(10, 60),
    answerWithinMs: random.pick([0, 100, 400]),
    unknown: random.pick([{ waitMs: 1_500, policy: 'fail' }, { waitMs: 600_000, policy: 'fail' }, { waitMs: 1_000, policy: 'resend' }]),
    sendWithinMs,
    listenerFailsEvery: random.between(7, 40),
    callbackForm: random.pick(['clevertap', 'clevertap', 'project', 'meta']),
    batching: random.pick([undefined, { size: 20, waitMs: 10 }]),
    plan: [...(sendWithinMs < 60_000 ? [{ use: behaviours.tooMany(), to: ALWAYS_TOO_MANY }] : []), ...planOf(random)],
    reports: reportsOf(random),
    replyShare: 0.1,
    callbackFaults: random.chance(0.5) ? [] : [
      { kind: 'error', times: 2 }, { kind: 'drop-answer', times: 2 }, { kind: 'reset', times: 1 }, { kind: 'delay', delayMs: 200, times: 2 },
    ],
  };
}

/** 1,500 messages at once, and a blow somewhere among them. */
export function stormOf(seed: number): Scenario {
  const random = new Random(seed);
  const messages = 1_500;
  const point = random.pick<Point>(['random', 'random', 'random', 'parsed', 'committed unanswered', 'answered', 'bytes on the wire', 'answer unrecorded']);
  return {
    ...scenarioOf(seed, point),
    messages, concurrency: messages, perSecond: 100_000, storm: true,
    blows: [point === 'random' ? { point, at: random.between(700, 3_000) } : blowAt(point, random, messages)],
    maxConcurrentRequests: random.pick([50, 250, 1_500]),
    unknown: { waitMs: 2_000, policy: 'fail' }, sendWithinMs: 86_400_000, callbackForm: 'clevertap',
    plan: [{ use: behaviours.dropAnswer(), share: 1 }], reports: [{ use: { statuses: [] }, share: 1 }], replyShare: 0, callbackFaults: [],
  };
}

/** Points that are passed once a message come late or early; those that are passed once a batch come sooner. */
function blowAt(point: Point, random: Random, messages: number): Blow {
  switch (point) {
    case 'random': return { point, at: random.between(300, 2_500) };
    case 'drain begun': return { point, at: random.between(0, 60) };
    case 'recovery uncommitted': return { point, at: 1 };
    case 'checkpoint': return { point, at: random.between(5, 60) };
    case 'claimed': case 'relay answered unrecorded': return { point, at: random.between(1, 5) };
    case 'inserted uncommitted': case 'committed unanswered': case 'report uncommitted': case 'report committed':
      return { point, at: random.between(1, 25) };
    default: return { point, at: random.between(1, Math.floor(messages * 0.7)) };
  }
}

function secondBlow(random: Random): Blow[] {
  if (random.chance(0.5)) return [];
  const point = random.pick<Point>(['recovery uncommitted', 'random', 'random', ...POINTS.filter((each) => each !== 'drain begun' && each !== 'checkpoint')]);
  return [point === 'random' ? { point, at: random.between(200, 1_500) } : { point, at: point === 'recovery uncommitted' ? 1 : random.between(1, 8) }];
}

function planOf(random: Random): Rule<Behaviour>[] {
  const share = (): number => random.between(2, 8) / 100;
  return [
    { use: behaviours.refuse(2002, 'Invalid number'), share: share() },
    { use: behaviours.badRequest(), share: share() },
    { use: behaviours.tooMany(), share: share() },
    { use: behaviours.serverError(false), share: share() / 2 },
    { use: behaviours.serverError(true), share: share() / 2 },
    { use: behaviours.dropAnswer(), share: share() },
    { use: behaviours.reset(), share: share() / 2 },
    { use: behaviours.hang(true), share: 0.01 },
    { use: behaviours.slow(random.between(100, 600)), share: share() },
  ];
}

function reportsOf(random: Random): Rule<ReportPlan>[] {
  const copies = random.between(1, 3);
  return [
    { use: { statuses: [] }, share: 0.03 },
    { use: { statuses: ['sent', 'failed'] }, share: 0.08 },
    { use: { statuses: ['sent', 'delivered', 'failed'], shuffle: true }, share: 0.04 },
    { use: { early: 'acknowledged' }, share: 0.08 },
    { use: { early: random.pick([0, 1, 50]) }, share: 0.08 },
    { use: { shuffle: true, copies, everyMs: random.between(0, 30) }, share: 0.3 },
    { use: { statuses: ['sent', 'delivered', 'read', 'clicked'] }, share: 0.1 },
    { use: { everyMs: random.between(1, 300), copies }, share: 1 },
  ];
}

import type { Round } from './bench.ts';
import type { SectionResults } from './results.ts';
import type { LoadRound } from './sections/load.ts';
import { SUBJECTS, type SubjectName } from './subjects.ts';
import type { Judgement } from './thresholds.ts';

type Cell = string | number | undefined;

/** Everything that was measured, as Markdown. */
export function tablesOf({ load, calls, backlog, overload, fairness, pace, ledger, memory }: SectionResults, judgements: Judgement[]): string {
  const measured = Object.entries(load?.medians ?? {}) as [SubjectName, LoadRound][];
  const plainLoop = load?.medians.plain?.burst.loopPerSecond;
  const fastifyLoop = load?.medians['bridge-fastify']?.burst.loopPerSecond;
  const naiveLoop = (name: SubjectName): number | undefined => load?.medians[`naive-${SUBJECTS[name].adapter}`]?.burst.loopPerSecond;
  return [
    table('Accept: 1,500 connections, durable, reports coming in (ms)', ACCEPT_COLUMNS, measured.map(([name, { burst }]) => accept(name, burst))),
    table('Accept: 1,000 messages a second (ms)', ACCEPT_COLUMNS, measured.flatMap(([name, { steady }]) => (steady ? [accept(name, steady)] : []))),
    table('Cold burst: the first 1,500 requests of a fresh process, connecting included (ms)', ACCEPT_COLUMNS, measured.map(([name, { cold }]) => accept(name, cold))),
    table('Whole loop: in, durable, AiSensy at 100 ms, three reports, relayed', [
      'subject', 'messages/s', '/ plain', '/ naive', 'CPU µs a message', 'main thread µs', 'peers µs', 'loop delay p99 ms', 'max ms',
    ], measured.map(([name, { burst: { loopPerSecond, usage, peersCpuUsPerMessage } }]) => [
      SUBJECTS[name].title, whole(loopPerSecond), share(loopPerSecond, plainLoop), share(loopPerSecond, naiveLoop(name)),
      whole(usage.cpuUsPerMessage), whole(usage.mainCpuUsPerMessage), whole(peersCpuUsPerMessage), whole(usage.loopDelayP99Ms), whole(usage.loopDelayMaxMs),
    ])),
    table('Adapters and majors: whole loop', ['subject', 'messages/s', '/ Nest 12 + Fastify'], measured.filter(([name]) => name.startsWith('bridge'))
      .map(([name, { burst }]) => [SUBJECTS[name].title, whole(burst.loopPerSecond), share(burst.loopPerSecond, fastifyLoop)])),
    table(`Whole loop with ${calls?.calls ?? 0} calls at once, which AiSensy's 100 ms limit to ${(calls?.calls ?? 0) * 10} a second`, ['subject', 'messages/s', '/ plain', 'CPU µs a message'],
      (Object.entries(calls?.medians ?? {}) as [SubjectName, Round][]).map(([name, { loopPerSecond, usage }]) => [
        SUBJECTS[name].title, whole(loopPerSecond), share(loopPerSecond, calls?.medians.plain?.loopPerSecond), whole(usage.cpuUsPerMessage),
      ])),
    table('Backlog: everything waits for AiSensy', ['subject', 'MiB before', 'MiB behind it', 'answers/s before', 'behind it', 'p99 ms before', 'behind it'],
      Object.entries(backlog ?? {}).map(([name, { residentBeforeMb, residentAfterMb, before, behind }]) => [
        SUBJECTS[name as SubjectName].title, whole(residentBeforeMb), whole(residentAfterMb), whole(before.perSecond), whole(behind.perSecond),
        whole(before.latency.p99), whole(behind.latency.p99),
      ])),
    table('Overload: three times what AiSensy takes, three reports a message', [
      'subject', 'AiSensy takes/s', 'offered/s', 'taken/s until full', 'p99 ms', 'refused', 'p50 ms', 'p99 ms', 'max ms', 'taken', 'sent',
    ], Object.entries(overload?.medians ?? {}).map(([name, { drainPerSecond, offeredPerSecond, takenPerSecond, taken, refused, sent }]) => [
      SUBJECTS[name as SubjectName].title, whole(drainPerSecond), whole(offeredPerSecond), whole(takenPerSecond), whole(taken.latency.p99), whole(refused.messages),
      whole(refused.latency.p50), whole(refused.latency.p99), whole(refused.latency.max), whole(taken.messages), whole(sent),
    ])),
    table('Two accounts, one of which stands still: whole loop of the other', ['waiting for the one that stands still', 'messages/s alone', 'beside it', 'beside / alone'], fairness ? [
      [whole(fairness.stalled), whole(fairness.alonePerSecond), whole(fairness.besidePerSecond), share(fairness.besidePerSecond, fairness.alonePerSecond)],
    ] : []),
    table('Pace: `maxRequestsPerSecond`', ['allowed a second', 'sent a second', 'sent / allowed', 'seconds', 'fewest in one', 'most in one'], (pace ?? []).map((row) => [
      whole(row.wantedPerSecond), row.sentPerSecond.toFixed(2), (row.sentPerSecond / row.wantedPerSecond).toFixed(4), whole(row.seconds), whole(row.fewest), whole(row.most),
    ])),
    table('Ledger size, Nest 12 + Fastify', ['messages in the ledger', 'answers/s', 'p50 ms', 'p99 ms', 'whole loop messages/s'], ledger ? [
      ledgerRow('0', ledger.fresh), ledgerRow(`${ledger.rows} (${ledger.fileMb} MiB)`, ledger.filled),
    ] : []),
    table('Memory, Nest 12 + Fastify', ['messages', 'MiB after a tenth', 'MiB after all', 'WAL MiB at the most'], memory ? [
      [whole(memory.messages), whole(memory.firstMb), whole(memory.lastMb), whole(memory.walMb)],
    ] : []),
    table('Judged', ['what', 'measured', 'must be', '', 'goal'], judgements.map(({ what, value, limit, holds, goal }) => [what, value.toFixed(2), limit, holds ? 'holds' : 'FAILS', goal])),
  ].filter((one) => one !== '').join('\n\n');
}

const ACCEPT_COLUMNS = ['subject', 'answers/s', 'p50', 'p99', 'max', 'over a second'];

function accept(name: SubjectName, { perSecond, latency, overASecond }: Round): Cell[] {
  return [SUBJECTS[name].title, whole(perSecond), whole(latency.p50), whole(latency.p99), whole(latency.max), whole(overASecond)];
}

function ledgerRow(title: string, { perSecond, latency, loopPerSecond }: Round): Cell[] {
  return [title, whole(perSecond), whole(latency.p50), whole(latency.p99), whole(loopPerSecond)];
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function share(value: number, of: number | undefined): string {
  return of === undefined ? '' : (value / of).toFixed(2);
}

function table(title: string, columns: string[], rows: Cell[][]): string {
  if (rows.length === 0) return '';
  const cells = [columns, columns.map((_, place) => (place === 0 ? '---' : '---:')), ...rows];
  const widths = columns.map((_, place) => Math.max(...cells.map((row) => String(row[place] ?? '').length)));
  const line = (row: Cell[]): string => `| ${row.map((cell, place) => pad(String(cell ?? ''), widths[place]!, place > 0)).join(' | ')} |`;
  return [`### ${title}`, '', ...cells.map(line)].join('\n');
}

function pad(cell: string, width: number, right: boolean): string {
  return right ? cell.padStart(width) : cell.padEnd(width);
}

import { cpuMs, serve } from '../processes/serve.ts';
import { latencyOf, type Latency } from '../numbers.ts';
import { ACCOUNT, messageOf } from './message.ts';
import { type Refusals, RefusalTally } from './refusals.ts';
import { Connection, listen, okay, Target } from './wire.ts';

/** How one campaign is sent. */
export interface Campaign {
  /** The provider endpoint. */
  url: string;
  messages: number;
  /** Requests at once. */
  connections: number;
  /** At most so many a second, evenly spread; else as fast as the connections allow. */
  perSecond?: number;
  /** The account's number; the first account's by default. */
  from?: string;
  /** Opens the connections before the clock runs; else each is opened for its first request, which then takes as much longer. */
  preconnect: boolean;
}

/** What its answers showed. */
export interface CampaignResult {
  messages: number;
  perSecond: number;
  /** Of all answers but refusals. */
  latency: Latency;
  /** Answers after more than a second: CleverTap counts them as lost. */
  overASecond: number;
  /** Other statuses than 200 and 429, and no answer at all. */
  failed: number;
  /** Absent where nothing was refused. */
  refusals?: Refusals;
}

export type CleverTapMethods = {
  addresses(): { deliveryReportUrl: string; inboundMessageUrl: string };
  /** Sends a campaign; resolves when every request has been answered. Statuses are counted from here on. */
  campaign(campaign: Campaign): Promise<CampaignResult>;
  /** Resolves when so many distinct statuses of the last campaign have come: with the milliseconds since its start. */
  relayed(statuses: number, withinMs: number): Promise<number>;
  cpuMs(): number;
};

const OKAY = okay('{"status":"ok"}');
const DEADLINE_MS = 1_000;
const TICK_MS = 2;

/** The ids of statuses that came, for the campaign that is measured. */
const seen = new Set<string>();
let campaigns = 0;
let startedAt = 0;
let lastStatusAt = 0;
let wanted: { statuses: number; reached(): void } | undefined;

const { server, url } = await listen((body, answer) => {
  answer(OKAY);
  const { statuses = [] } = JSON.parse(body) as { statuses?: { msgId: string; status: string }[] };
  const own = `|${campaigns}|`;
  for (const { msgId, status } of statuses) if (msgId.includes(own)) seen.add(`${msgId} ${status}`);
  lastStatusAt = performance.now();
  if (wanted !== undefined && seen.size >= wanted.statuses) wanted.reached();
});

const methods: CleverTapMethods = {
  addresses: () => ({ deliveryReportUrl: `${url}/delivery-reports?account=bench`, inboundMessageUrl: `${url}/inbound?account=bench` }),
  async campaign(campaign) {
    campaigns += 1;
    seen.clear();
    const connections = Array.from({ length: Math.min(campaign.connections, campaign.messages) }, () => new Connection(new Target(campaign.url, ACCOUNT.key)));
    if (campaign.preconnect) await Promise.all(connections.map((connection) => connection.open()));
    const result = await send(campaign, connections);
    for (const connection of connections) connection.close();
    return result;
  },
  relayed: (statuses, withinMs) => new Promise((resolve, reject) => {
    const overdue = setTimeout(() => {
      reject(new Error(`Only ${seen.size} of ${statuses} statuses came back within ${withinMs} ms.`));
    }, withinMs);
    const reached = (): void => {
      clearTimeout(overdue);
      wanted = undefined;
      resolve(lastStatusAt - startedAt);
    };
    if (seen.size >= statuses) reached();
    else wanted = { statuses, reached };
  }),
  cpuMs,
};

/** Every idle connection takes the next message that is due. */
function send({ messages, perSecond = Infinity, from }: Campaign, idle: Connection[]): Promise<CampaignResult> {
  const id = String(campaigns);
  const durations = new Float64Array(messages);
  const refusals = new RefusalTally();
  let next = 0;
  let answered = 0;
  let refused = 0;
  let overASecond = 0;
  let failed = 0;
  startedAt = performance.now();
  return new Promise((resolve) => {
    const dueNow = (): number => (perSecond === Infinity ? messages : Math.min(messages, Math.ceil(((performance.now() - startedAt) * perSecond) / 1_000)));
    const pump = (): void => {
      for (const due = dueNow(); next < due && idle.length > 0; next += 1) post(idle.pop()!, next);
    };
    const post = (connection: Connection, index: number): void => {
      // A request that found no idle connection counts from when it was due.
      const lateMs = perSecond === Infinity ? 0 : performance.now() - startedAt - (index * 1_000) / perSecond;
      connection.post(messageOf(id, index, from), (status, ms) => {
        const tookMs = ms + (lateMs > 2 * TICK_MS ? lateMs : 0);
        if (refusals.add(status, tookMs, performance.now() - startedAt)) refused += 1;
        else durations[answered - refused] = tookMs;
        answered += 1;
        if (tookMs > DEADLINE_MS) overASecond += 1;
        if (status !== 200 && status !== 429) failed += 1;
        idle.push(connection);
        pump();
        if (answered === messages) finish();
      });
    };
    const ticking = perSecond === Infinity ? undefined : setInterval(pump, TICK_MS);
    const finish = (): void => {
      clearInterval(ticking);
      const elapsedMs = performance.now() - startedAt;
      const { result } = refusals;
      resolve({
        messages, perSecond: (messages * 1_000) / elapsedMs, latency: latencyOf(durations.subarray(0, messages - refused)), overASecond, failed,
        ...(result && { refusals: result }),
      });
    };
    pump();
  });
}

serve(methods, () => server.close());

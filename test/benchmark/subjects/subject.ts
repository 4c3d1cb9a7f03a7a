import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { serve } from '../processes/serve.ts';

/** What every subject is started with. */
export interface SubjectSetup {
  adapter: 'fastify' | 'express';
  /** AiSensy's endpoint, and CleverTap's callback URLs. */
  endpoint: string;
  deliveryReportUrl: string;
  inboundMessageUrl: string;
  /** The file for what must survive; a subject that keeps nothing has no use for it. */
  ledgerFile: string;
  /** Calls to AiSensy at once. */
  concurrency: number;
  /** Messages that may wait for AiSensy; a subject without such a limit takes them all. */
  backlog?: number;
  /** Calls to AiSensy a second, for a subject that has such a limit. */
  perSecond?: number;
  /** Whether there is a second account, whose AiSensy stands still. */
  stalledAccount?: boolean;
}

/** Where a subject listens. */
export interface SubjectRoutes {
  messages: string;
  deliveryReports: string;
}

/** What a subject used between `begin` and `usage`. */
export interface Usage {
  /** Processor time of all threads and of the main thread, in milliseconds. */
  cpuMs: number;
  mainCpuMs: number;
  /** How late the event loop was, in milliseconds. */
  loopDelayP99Ms: number;
  loopDelayMaxMs: number;
  /** Resident size now, in MiB. */
  rssMb: number;
}

export type SubjectMethods = {
  routes(): SubjectRoutes;
  begin(): void;
  usage(): Usage;
  /** Collects garbage where the process was started with `--expose-gc`, so that what is resident is what is needed. */
  settle(): void;
  /** Records what the main thread's time goes to. */
  profile(): Promise<void>;
  /** Ends the recording; a `.cpuprofile` lies in the folder then. */
  endProfile(folder: string, name: string): Promise<void>;
};

/** Tells the parent that the subject listens, and answers its questions; `stop` closes the subject. */
export function serveSubject(baseUrl: string, stop: () => unknown): void {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  let cpu = process.cpuUsage();
  let mainCpu = process.threadCpuUsage();
  let session: Session | undefined;
  serve<SubjectMethods>({
    routes: () => ({ messages: `${baseUrl}/whatsapp/clevertap/messages`, deliveryReports: `${baseUrl}/whatsapp/aisensy/delivery-reports` }),
    begin() {
      delay.reset();
      cpu = process.cpuUsage();
      mainCpu = process.threadCpuUsage();
    },
    usage() {
      const all = process.cpuUsage(cpu);
      const main = process.threadCpuUsage(mainCpu);
      return {
        cpuMs: (all.user + all.system) / 1_000, mainCpuMs: (main.user + main.system) / 1_000,
        loopDelayP99Ms: delay.percentile(99) / 1e6, loopDelayMaxMs: delay.max / 1e6, rssMb: process.memoryUsage.rss() / 2 ** 20,
      };
    },
    settle: () => globalThis.gc?.(),
    async profile() {
      session = new Session();
      session.connect();
      await session.post('Profiler.enable');
      await session.post('Profiler.setSamplingInterval', { interval: 200 });
      await session.post('Profiler.start');
    },
    async endProfile(folder, name) {
      const { profile } = await session!.post('Profiler.stop');
      session!.disconnect();
      writeFileSync(join(folder, `${name}-${Math.round(performance.now())}.cpuprofile`), JSON.stringify(profile));
    },
  }, stop);
}

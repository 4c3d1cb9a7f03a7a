import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostQuestions, HostSetup } from './host.ts';
import type { Point } from './points.ts';

/** How a life of the host ended. */
export interface Death {
  signal: NodeJS.Signals | null;
  code: number | null;
}

interface Asked {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** One life of the host app, in a process of its own. */
export class HostProcess {
  readonly death: Promise<Death>;
  /** Whether the process is gone. */
  dead = false;
  /** When it was started, in milliseconds of `performance.now()`. */
  readonly bornAt = performance.now();
  private readonly child: ChildProcess;
  private readonly asked = new Map<number, Asked>();
  private lastId = 0;

  private constructor(child: ChildProcess) {
    this.child = child;
    this.death = once(child, 'exit').then(([code, signal]) => {
      this.dead = true;
      for (const { reject } of this.asked.values()) reject(new Error(`The host has died (${String(signal ?? code)}).`));
      this.asked.clear();
      return { code: code as number | null, signal: signal as NodeJS.Signals | null };
    });
    child.on('message', (answer: { id: number; value?: unknown; error?: string }) => {
      const asked = this.asked.get(answer.id);
      this.asked.delete(answer.id);
      if (answer.error === undefined) asked?.resolve(answer.value);
      else asked?.reject(new Error(answer.error));
    });
  }

  /** Starts a life; `builtIn` is the folder of the compiled host, `log` takes what it prints. */
  static start(builtIn: string, setup: HostSetup, log: string, command: string[] = []): HostProcess {
    const output = openSync(log, 'a');
    const host = join(builtIn, 'test/crash/host.js');
    const [execPath, ...execArgv] = [...command, process.execPath, '--disable-warning=ExperimentalWarning'];
    const child = fork(host, [JSON.stringify(setup)], {
      execPath, execArgv, stdio: ['ignore', output, output, 'ipc'], env: { ...process.env, NODE_COMPILE_CACHE: join(builtIn, 'compile-cache') },
      serialization: 'advanced',
    });
    return new HostProcess(child);
  }

  /** Resolves with true once it listens; with false where it died before. */
  async listening(): Promise<boolean> {
    try {
      await this.expect(0);
      return true;
    } catch {
      return false;
    }
  }

  /** Rejects where the host dies before it has answered. */
  ask<K extends keyof HostQuestions>(ask: K, ...args: Parameters<HostQuestions[K]>): ReturnType<HostQuestions[K]> {
    this.lastId += 1;
    const id = this.lastId;
    const answer = this.expect(id) as ReturnType<HostQuestions[K]>;
    this.child.send({ id, ask, args }, (error) => {
      if (error === null) return;
      this.asked.get(id)?.reject(error);
      this.asked.delete(id);
    });
    return answer;
  }

  /** Kills it from outside, and writes down why. */
  strike(log: string, point: Point): void {
    appendFileSync(log, `${point}\n`);
    this.signal('SIGKILL');
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  private expect(id: number): Promise<unknown> {
    if (this.dead) return Promise.reject(new Error('The host is dead.'));
    return new Promise((resolve, reject) => this.asked.set(id, { resolve, reject }));
  }
}

/** The lines of an append-only file, parsed; none where it was never written. */
export function readLines<T>(file: string, parse: (line: string) => T): T[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter((line) => line !== '').map(parse);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

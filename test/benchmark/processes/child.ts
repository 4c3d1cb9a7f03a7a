import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Answer, Call, Methods } from './serve.ts';

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** A process of the benchmark and its methods, called from the one that started it. It ends with its parent. */
export class Child<M extends Methods<M>> {
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;
  private readonly process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.process = process;
    process.on('message', ({ id, value, error }: Answer) => {
      const pending = this.pending.get(id);
      this.pending.delete(id);
      if (error === undefined) pending?.resolve(value);
      else pending?.reject(new Error(error));
    });
    process.once('exit', (code, signal) => {
      for (const { reject } of this.pending.values()) reject(new Error(`A process of the benchmark has ended (${signal ?? code}).`));
      this.pending.clear();
    });
  }

  /** Resolves when the process serves. `setup` is handed over as JSON. */
  static async start<M extends Methods<M>>(entry: string, setup: object, execArgv: string[] = []): Promise<Child<M>> {
    const flags = ['--disable-warning=ExperimentalWarning', ...execArgv];
    const child = new Child<M>(fork(entry, [JSON.stringify(setup)], { execArgv: flags, serialization: 'advanced' }));
    await new Promise((resolve, reject) => child.pending.set(0, { resolve, reject }));
    return child;
  }

  call<K extends keyof M & string>(name: K, ...args: Parameters<M[K]>): Promise<Awaited<ReturnType<M[K]>>> {
    this.lastId += 1;
    const id = this.lastId;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.process.send({ id, name, args } satisfies Call, (error) => {
        if (error === null) return;
        this.pending.delete(id);
        reject(error);
      });
    });
  }

  /** Lets the process end in order; kills it where it does not. */
  async stop(withinMs = 15_000): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = once(this.process, 'exit');
    const overdue = setTimeout(() => this.process.kill('SIGKILL'), withinMs);
    this.process.disconnect();
    await exited;
    clearTimeout(overdue);
  }
}

import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { AiSensySimulatorOptions } from './aisensy/options.ts';
import type { AiSensySimulator } from './aisensy-simulator.ts';
import type { CleverTapSimulator, CleverTapSimulatorOptions } from './clevertap-simulator.ts';

/** Which simulator to start, and its options: plain data only, functions do not cross processes. */
export type ForkOptions =
  | { simulator: 'clevertap'; options?: CleverTapSimulatorOptions }
  | { simulator: 'aisensy'; options?: AiSensySimulatorOptions };

/** Parent to child: call a method, read or set a property. */
export interface SimulatorRequest {
  id: number;
  name: string;
  args: unknown[];
}

/** Child to parent; the id 0 says that the simulator has started. */
export interface SimulatorResponse {
  id: number;
  value?: unknown;
  error?: string;
}

type Result<T> = T extends (...args: never[]) => infer R ? Awaited<R> : T;
type Arguments<T> = T extends (...args: infer A) => unknown ? A : [value?: T];

/** A simulator in a process of its own. */
export interface ForkedSimulator<S, A> {
  /** Its URLs. */
  addresses: A;
  /** The process, to be killed in crash tests. */
  process: ChildProcess;
  /**
   * Calls a method of the simulator; reads a property, or sets it where a value is given. Arguments and results are copied:
   * they hold no functions.
   */
  call<K extends keyof S & string>(name: K, ...args: Arguments<S[K]>): Promise<Result<S[K]>>;
  /** Stops the simulator and waits until its process has ended. */
  stop(): Promise<void>;
}

/** A `CleverTapSimulator` in a process of its own. */
export type ForkedCleverTap = ForkedSimulator<CleverTapSimulator, { deliveryReportUrl: string; inboundMessageUrl: string }>;

/** An `AiSensySimulator` in a process of its own. */
export type ForkedAiSensy = ForkedSimulator<AiSensySimulator, { endpoint: string }>;

/**
 * Starts a simulator in a process of its own, so that it shares no event loop with the bridge under test and outlives its
 * crash. The process ends with this one.
 */
export function forkSimulator(options: Extract<ForkOptions, { simulator: 'clevertap' }>): Promise<ForkedCleverTap>;
export function forkSimulator(options: Extract<ForkOptions, { simulator: 'aisensy' }>): Promise<ForkedAiSensy>;
export async function forkSimulator(options: ForkOptions): Promise<ForkedCleverTap | ForkedAiSensy> {
  // Beside this file, as TypeScript or as built.
  const entry = new URL(import.meta.url.endsWith('.ts') ? './simulator-process.ts' : './simulator-process.js', import.meta.url);
  const child = fork(fileURLToPath(entry), [JSON.stringify(options)], { serialization: 'advanced', execArgv: [] });
  const calls = new Calls(child);
  const addresses = await calls.expect(0);
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    await calls.send('stop', []);
    await exited;
  };
  const call = (name: string, ...args: unknown[]): Promise<unknown> => calls.send(name, args);
  return { addresses, process: child, call, stop } as ForkedCleverTap | ForkedAiSensy;
}

interface PendingCall {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

class Calls {
  private readonly child: ChildProcess;
  private readonly pending = new Map<number, PendingCall>();
  private lastId = 0;

  constructor(child: ChildProcess) {
    this.child = child;
    child.on('message', (response) => this.settle(response as SimulatorResponse));
    child.once('exit', (code, signal) => {
      for (const { reject } of this.pending.values()) reject(new Error(`The simulator's process has ended (${signal ?? code}).`));
      this.pending.clear();
    });
  }

  send(name: string, args: unknown[]): Promise<unknown> {
    const id = ++this.lastId;
    const answer = this.expect(id);
    this.child.send({ id, name, args } satisfies SimulatorRequest, (error) => {
      if (error) this.settle({ id, error: error.message });
    });
    return answer;
  }

  expect(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => this.pending.set(id, { resolve, reject }));
  }

  private settle({ id, value, error }: SimulatorResponse): void {
    const call = this.pending.get(id);
    this.pending.delete(id);
    if (error === undefined) call?.resolve(value);
    else call?.reject(new Error(error));
  }
}

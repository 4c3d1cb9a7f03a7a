/** The methods of a process: plain data in, plain data out. */
export type Methods<M> = { [K in keyof M]: (...args: never[]) => unknown };

export interface Call {
  id: number;
  name: string;
  args: unknown[];
}

/** The id 0 says that the process serves. */
export interface Answer {
  id: number;
  value?: unknown;
  error?: string;
}

/** Answers the parent's calls until it lets go, then runs `stop` and ends. */
export function serve<M extends Methods<M>>(methods: M, stop: () => unknown = () => undefined): void {
  const send = (answer: Answer): void => void process.send?.(answer);
  process.on('message', ({ id, name, args }: Call) => {
    void (async () => Reflect.apply(methods[name as keyof M], methods, args as never[]) as unknown)().then(
      (value) => send({ id, value }),
      (error: Error) => send({ id, error: error.stack ?? error.message }),
    );
  });
  process.once('disconnect', () => {
    void Promise.resolve(stop()).finally(() => process.exit());
  });
  send({ id: 0 });
}

/** What the parent handed over. */
export function setupOf<T>(): T {
  return JSON.parse(process.argv[2]!) as T;
}

/** The processor time of this process so far, in milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

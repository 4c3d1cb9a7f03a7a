import { AiSensySimulator } from './aisensy-simulator.ts';
import { CleverTapSimulator } from './clevertap-simulator.ts';
import type { ForkOptions, SimulatorRequest, SimulatorResponse } from './fork-simulator.ts';

/**
 * One simulator in a process of its own: the entry that `forkSimulator()` forks. The first argument says which simulator and
 * with which options, as JSON; afterwards each message names a method or a property of the simulator. Ends with its parent.
 */
async function run(send: (response: SimulatorResponse) => Promise<void>): Promise<void> {
  const { simulator: kind, options } = JSON.parse(process.argv[2] ?? '{}') as ForkOptions;
  const simulator = kind === 'clevertap' ? new CleverTapSimulator(options) : new AiSensySimulator(options);
  await simulator.start();

  process.on('message', (request: SimulatorRequest) => {
    void answer(simulator, request).then(send).then(() => {
      if (request.name === 'stop') process.disconnect();
    });
  });
  // Does not wait for the process to end by itself: Node 24.9 has been seen to stay up after all handles were closed.
  process.once('disconnect', () => void simulator.stop().finally(() => process.exit()));
  await send({ id: 0, value: addressesOf(simulator) });
}

function addressesOf(simulator: CleverTapSimulator | AiSensySimulator): Record<string, string> {
  if (simulator instanceof AiSensySimulator) return { endpoint: simulator.endpoint };
  const { deliveryReportUrl, inboundMessageUrl } = simulator;
  return { deliveryReportUrl, inboundMessageUrl };
}

async function answer(simulator: object, { id, name, args }: SimulatorRequest): Promise<SimulatorResponse> {
  try {
    if (!(name in simulator)) throw new Error(`The simulator has no "${name}".`);
    const member: unknown = Reflect.get(simulator, name);
    if (typeof member !== 'function' && args.length > 0) Reflect.set(simulator, name, args[0]);
    const value: unknown = typeof member === 'function' ? await Reflect.apply(member, simulator, args) : Reflect.get(simulator, name);
    return { id, value: value === simulator ? undefined : value };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

// Only a forked process has a parent to answer.
if (process.send) void run((response) => new Promise((resolve) => process.send!(response, undefined, undefined, () => resolve())));

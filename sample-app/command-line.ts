import { parseArgs } from 'node:util';
import type { TransportName } from 'nestjs-whatsapp-bridge';

const TRANSPORTS = ['clevertap', 'direct', 'project', 'campaign'] as const satisfies TransportName[];

/** What the sample is told on the command line: `npm start -- --messages 500 --once`. */
export interface CommandLine {
  /** The campaign's size; 2,000. */
  messages: number;
  /** CleverTap's requests at once; 50, since both simulators and the bridge share one process and its event loop here. */
  concurrency: number;
  /** CleverTap's messages a second; 200, for the same reason. */
  rate: number;
  /** How long CleverTap waits for an answer, in milliseconds; 1,000, as the real one does. */
  deadline: number;
  /** The port to listen on: any free one between the simulators, 3000 between the real ones. */
  port: number;
  /** The way to the simulated AiSensy; `clevertap`. The real one's is an environment variable. */
  transport: TransportName;
  /** Whether the sample ends after the balance: exit code 0 where every message is accounted for, 1 where not. */
  once: boolean;
  /** Whether it runs between the real CleverTap and the real AiSensy, configured by the environment. */
  real: boolean;
}

export const USAGE = `npm start -- [options]
  --messages <n>      size of the campaign (2000)
  --concurrency <n>   CleverTap's requests at once, 1 to 1500 (50)
  --rate <n>          CleverTap's messages a second (200)
  --deadline <ms>     how long CleverTap waits for an answer (1000, as the real one)
  --port <n>          port to listen on (any free one; 3000 with --real)
  --transport <name>  the way to AiSensy: clevertap, direct, project or campaign (clevertap)
  --once              end after the balance, with exit code 0 or 1
  --real              no simulators: the real CleverTap and AiSensy, see sample-app/README.md
`;

/** Reads the command line; throws in words for the person who typed it. */
export function readCommandLine(args: string[]): CommandLine {
  const { values } = parseArgs({
    args,
    options: {
      messages: { type: 'string', default: '2000' },
      concurrency: { type: 'string', default: '50' },
      rate: { type: 'string', default: '200' },
      deadline: { type: 'string', default: '1000' },
      port: { type: 'string' },
      transport: { type: 'string' },
      once: { type: 'boolean', default: false },
      real: { type: 'boolean', default: false },
    },
  });
  const { once, real, transport } = values;
  if (real && transport !== undefined) throw new Error('--transport is for the simulators: set WHATSAPP_BRIDGE_AISENSY_TRANSPORT for the real AiSensy.');
  return {
    messages: wholeNumber('messages', values.messages, 1, 1_000_000),
    concurrency: wholeNumber('concurrency', values.concurrency, 1, 1_500),
    rate: wholeNumber('rate', values.rate, 1, 100_000),
    deadline: wholeNumber('deadline', values.deadline, 1, 60_000),
    port: wholeNumber('port', values.port ?? (real ? '3000' : '0'), 0, 65_535),
    transport: transportNamed(transport ?? 'clevertap'),
    once,
    real,
  };
}

function transportNamed(name: string): TransportName {
  const transport = TRANSPORTS.find((one) => one === name);
  if (transport === undefined) throw new Error(`--transport must be one of ${TRANSPORTS.join(', ')}, not "${name}".`);
  return transport;
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`--${name} must be a whole number from ${least} to ${most}, not "${text}".`);
}

import type { Funnel } from './funnel.ts';

const BAR_WIDTH = 40;
const LINE_EVERY_MS = 1_000;

/** Shows the funnel: redrawn in place on a terminal, as a line now and then where there is none. */
export class LiveView {
  private readonly out: NodeJS.WriteStream;
  private readonly startedAt = performance.now();
  private drawn = 0;
  private lastLineAt = -Infinity;
  private lastLine = '';

  constructor(out: NodeJS.WriteStream = process.stdout) {
    this.out = out;
  }

  /** Shows how it stands; `final` shows it in any case. */
  show(funnel: Funnel, final = false): void {
    if (this.out.isTTY) this.draw(linesOf(funnel, this.seconds()));
    else this.print(funnel, final);
  }

  /** Writes a line above the view. */
  say(text: string): void {
    this.out.write(`${this.erase()}${text}\n`);
  }

  private draw(lines: string[]): void {
    // A line that wraps would be redrawn in the wrong place.
    const width = this.out.columns;
    this.out.write(`${this.erase()}${lines.map((line) => line.slice(0, width - 1)).join('\n')}\n`);
    this.drawn = lines.length;
  }

  /** What takes the view off the terminal again. */
  private erase(): string {
    const { drawn } = this;
    this.drawn = 0;
    return drawn > 0 ? `\x1b[${drawn}A\x1b[0J` : '';
  }

  private print(funnel: Funnel, final: boolean): void {
    const now = performance.now();
    if (!final && now - this.lastLineAt < LINE_EVERY_MS) return;
    const { answered, accepted, dispatched, sent, delivered, read, failed, refused, replied, coupons } = funnel;
    const line = `answered ${answered}/${funnel.messages}, accepted ${accepted}, refused ${refused}, dispatched ${dispatched}, `
      + `sent ${sent}, delivered ${delivered}, read ${read}, failed ${failed}, replied ${replied}, coupons ${coupons}`;
    if (line === this.lastLine) return;
    this.lastLineAt = now;
    this.lastLine = line;
    this.out.write(`${this.seconds().toFixed(1).padStart(5)} s  ${line}\n`);
  }

  private seconds(): number {
    return (performance.now() - this.startedAt) / 1_000;
  }
}

function linesOf(funnel: Funnel, seconds: number): string[] {
  const { messages, answered } = funnel;
  const share = messages === 0 ? 0 : answered / messages;
  const step = (name: string, count: number, note = ''): string =>
    `  ${name.padEnd(11)}${String(count).padStart(7)}  ${bar(messages === 0 ? 0 : count / messages, 24, '▇', ' ')}  ${note}`;
  return [
    `  CleverTap > bridge > AiSensy`.padEnd(46) + `${seconds.toFixed(1).padStart(6)} s`,
    `  [${bar(share, BAR_WIDTH, '█', '░')}] ${Math.floor(share * 100).toString().padStart(3)}%  ${answered} of ${messages}`,
    '',
    step('accepted', funnel.accepted, funnel.refused > 0 ? `refused: ${byCode(funnel.refusedByCode)}` : ''),
    step('dispatched', funnel.dispatched),
    step('sent', funnel.sent),
    step('delivered', funnel.delivered),
    step('read', funnel.read),
    step('failed', funnel.failed, byCode(funnel.failedByCode)),
    step('replied', funnel.replied, `coupons sent: ${funnel.coupons}, opted out: ${funnel.optOuts}`),
    ...(funnel.lost > 0 ? [step('lost', funnel.lost, 'late or not answered')] : []),
  ];
}

function bar(share: number, width: number, full: string, empty: string): string {
  const filled = Math.min(width, Math.round(share * width));
  return full.repeat(filled) + empty.repeat(width - filled);
}

/** `1005 x17, 1010 x8`. */
export function byCode(counts: Record<string, number>): string {
  return Object.entries(counts).map(([code, count]) => `${code} x${count}`).join(', ');
}

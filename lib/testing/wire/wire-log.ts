import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** One line of a wire log: what happened, when (milliseconds since 1970), and the event's own fields. */
export interface WireLogEntry {
  event: string;
  at: number;
  [field: string]: unknown;
}

/**
 * An append-only file with one JSON object on each line. Every line is handed to the operating system before `write`
 * returns, so it outlives a SIGKILL of the simulator and may be read while the simulator runs.
 */
export class WireLog {
  private descriptor: number | undefined;

  constructor(file: string) {
    this.descriptor = openSync(file, 'a');
  }

  write(event: string, fields: Record<string, unknown>): void {
    if (this.descriptor === undefined) return;
    writeSync(this.descriptor, `${JSON.stringify({ event, at: Date.now(), ...fields })}\n`);
  }

  close(): void {
    if (this.descriptor === undefined) return;
    closeSync(this.descriptor);
    this.descriptor = undefined;
  }
}

/** The entries of a wire log; a last line that is still being written is left out. */
export function readWireLog(file: string): WireLogEntry[] {
  const text = readFileSync(file, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole.split('\n').filter(Boolean).map((line) => JSON.parse(line) as WireLogEntry);
}

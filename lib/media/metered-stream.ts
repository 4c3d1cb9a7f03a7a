import { Transform, type TransformCallback } from 'node:stream';

/** Passes a medium on, but not more than `maxBytes` of it, and not after a pause of more than `pauseMs`: it then ends with an error. */
export class MeteredStream extends Transform {
  private left: number;
  private readonly timer: NodeJS.Timeout;

  constructor(maxBytes: number, pauseMs: number) {
    super();
    this.left = maxBytes;
    this.timer = setTimeout(() => this.destroy(new Error('too slow')), pauseMs);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.timer.refresh();
    this.left -= chunk.length;
    if (this.left < 0) done(new Error('too large'));
    else done(null, chunk);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.timer);
    done(error);
  }
}

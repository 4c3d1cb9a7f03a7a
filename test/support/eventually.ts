import { lastValueFrom, type Observable, take, timeout, toArray } from 'rxjs';

const PATIENCE_MS = 15_000;
const LOOK_AGAIN_MS = 5;

/** Looks again and again until expectations hold, for what no event tells; fails with the last one that did not. */
export async function eventually<T>(look: () => T | Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }
}

/** The next events of a stream, from the call on. */
export function next<T>(stream: Observable<T>, count = 1): Promise<T[]> {
  return lastValueFrom(stream.pipe(take(count), toArray(), timeout(PATIENCE_MS)));
}

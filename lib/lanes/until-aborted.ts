/**
 * Waits for the host's own code, or for an answer that may never come, and rejects with the signal's reason when it is aborted: the
 * call is then left behind, since nothing can stop it.
 */
export async function untilAborted<T>(call: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let onAbort!: () => void;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort);
  });
  try {
    // The race keeps a handler on both, so a call that rejects after its time is no unhandled rejection.
    return await Promise.race([call, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

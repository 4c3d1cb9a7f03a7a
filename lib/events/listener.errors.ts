/** As `ErrorOptions`, which a host that compiles for less than ES2022 does not have. */
interface Cause {
  cause?: unknown;
}

const PERMANENT = Symbol.for('nestjs-whatsapp-bridge:permanent-error');
const RETRY_LATER = Symbol.for('nestjs-whatsapp-bridge:retry-later-error');

/**
 * Thrown by a listener for which trying again cannot help: the event goes to the dead letters at once, with this reason. Any
 * other error is tried again after a growing pause.
 *
 * `instanceof` also knows an error of the package's other copy (a host may load both the ESM and the CommonJS build).
 */
export class PermanentError extends Error {
  constructor(message: string, options?: Cause) {
    super(message, options);
    this.name = new.target.name;
  }

  get [PERMANENT](): true {
    return true;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return this === PermanentError ? carries(value, PERMANENT) : ordinaryInstance(this, value);
  }
}

/**
 * Thrown by a listener that wants the event again at a time of its own choosing, for example when a rate limit of the host's
 * resets. `delayMs`: milliseconds from now, 0 or more; anything else is a `RangeError`, which is tried again like any other.
 *
 * `instanceof` also knows an error of the package's other copy (a host may load both the ESM and the CommonJS build).
 */
export class RetryLaterError extends Error {
  readonly delayMs: number;

  constructor(delayMs: number, message = 'Asked to be called again later', options?: Cause) {
    super(message, options);
    if (!Number.isFinite(delayMs) || delayMs < 0) {
      throw new RangeError(`RetryLaterError takes the delay in milliseconds, 0 or more, not ${String(delayMs)}`);
    }
    this.name = new.target.name;
    this.delayMs = delayMs;
  }

  get [RETRY_LATER](): true {
    return true;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return this === RetryLaterError ? carries(value, RETRY_LATER) : ordinaryInstance(this, value);
  }
}

/** A listener's call took longer than its `timeoutMs`. It may still be running, and may still do its work. */
export class ListenerTimeoutError extends Error {
  constructor(listener: string, timeoutMs: number) {
    super(`Listener "${listener}" did not end within ${timeoutMs} ms`);
    this.name = 'ListenerTimeoutError';
  }
}

/** The app's listeners cannot be run as they are declared: thrown at boot, with every problem at once. */
export class ListenerSetupError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The WhatsApp bridge cannot call its listeners:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    this.name = 'ListenerSetupError';
  }
}

function carries(value: unknown, brand: symbol): boolean {
  return typeof value === 'object' && value !== null && brand in value;
}

/** A host's own sub-class is asked in the usual way: not every permanent error is a `NoSuchCustomerError`. */
function ordinaryInstance(type: typeof PermanentError | typeof RetryLaterError, value: unknown): boolean {
  return Function.prototype[Symbol.hasInstance].call(type, value);
}

import { Observable, Subscriber } from 'rxjs';
import type { Observer, Operator, Subscription } from 'rxjs';

type NextOrObserver<T> = Partial<Observer<T>> | ((value: T) => void) | null;

/**
 * An observable whose subscribers cannot bring the process down.
 *
 * RxJS rethrows what a subscriber throws, and an error that nobody handles, from a timer: an uncaught exception, which ends the
 * process, far from whoever caused it. An `async` subscriber that rejects ends it too. Here such an error is reported instead;
 * after a throw the subscriber stays subscribed, as in RxJS. What operators make of the observable is guarded as well. What
 * combines it with others outside of `pipe` (`merge`, `combineLatest`) is a plain observable, with RxJS's own ways.
 */
export class GuardedObservable<T> extends Observable<T> {
  readonly #report: (error: unknown) => void;

  constructor(source: Observable<T>, report: (error: unknown) => void) {
    super((subscriber) => source.subscribe(subscriber));
    this.#report = report;
  }

  override subscribe(
    observerOrNext?: NextOrObserver<T>,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    // A Subscriber belongs to an operator or to RxJS itself, and passes its errors on. Wrapped, it could not be unsubscribed.
    if (isSubscriber(observerOrNext)) {
      return super.subscribe(observerOrNext);
    }
    const observer = typeof observerOrNext === 'object' && observerOrNext !== null
      ? observerOrNext
      : { next: observerOrNext ?? undefined, error: error ?? undefined, complete: complete ?? undefined };
    return super.subscribe({
      next: (value) => this.#guard(() => observer.next?.(value)),
      error: (cause: unknown) => this.#guard(() => (observer.error ? observer.error(cause) : this.#report(cause))),
      complete: () => this.#guard(() => observer.complete?.()),
    });
  }

  /** What `pipe` makes of the observable step by step: RxJS's operators build on their source's `lift`. */
  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    return new GuardedObservable(super.lift(operator), this.#report);
  }

  #guard(handle: () => unknown): void {
    try {
      const returned = handle();
      if (isThenable(returned)) {
        returned.then(undefined, this.#report);
      }
    } catch (error) {
      this.#report(error);
    }
  }
}

/** What an `async` subscriber returns. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** A Subscriber, also one of another copy of RxJS. */
function isSubscriber<T>(observer: NextOrObserver<T> | undefined): observer is Subscriber<T> {
  return observer instanceof Subscriber
    || (typeof observer === 'object' && observer !== null && 'unsubscribe' in observer && 'add' in observer);
}

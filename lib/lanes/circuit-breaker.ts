import { CircuitState, ConsecutiveBreaker, CountBreaker } from 'cockatiel';

export interface BreakerOptions {
  /** Failed calls in a row that open it. */
  consecutiveFailures: number;
  /** The share of failed calls among the last `sampleSize` that opens it. It does not count before so many were made. */
  failureShare: number;
  sampleSize: number;
}

/** Says when the other side is not well. What follows, the pause and the calls that try it out again, is the lane's. */
export class CircuitBreaker {
  private readonly options: BreakerOptions;
  private inARow!: ConsecutiveBreaker;
  private share!: CountBreaker;

  constructor(options: BreakerOptions) {
    this.options = options;
    this.reset();
  }

  succeeded(): void {
    this.inARow.success();
    this.share.success(CircuitState.Closed);
  }

  /** Counts a failed call; whether the breaker opens now. */
  failed(): boolean {
    const inARow = this.inARow.failure();
    const share = this.share.failure(CircuitState.Closed);
    return inARow || share;
  }

  /** Forgets the calls so far: after a pause only new ones count. */
  reset(): void {
    const { consecutiveFailures, failureShare, sampleSize } = this.options;
    this.inARow = new ConsecutiveBreaker(consecutiveFailures);
    this.share = new CountBreaker({ threshold: failureShare, size: sampleSize, minimumNumberOfCalls: sampleSize });
  }
}

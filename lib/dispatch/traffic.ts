/** More messages than this within a second or two are no longer somebody who tests a template, but a campaign. */
const CALM_PER_SECOND = 32;

/** How busy the provider endpoint is. */
export class Traffic {
  private second = 0;
  private arrivals = 0;
  private before = 0;

  /** Counts one message in; whether traffic is so light that its sender may be kept waiting. `at` is in milliseconds since 1970. */
  isCalm(at: number): boolean {
    const second = Math.floor(at / 1_000);
    if (second !== this.second) {
      this.before = second === this.second + 1 ? this.arrivals : 0;
      this.arrivals = 0;
      this.second = second;
    }
    this.arrivals += 1;
    return this.before <= CALM_PER_SECOND && this.arrivals <= CALM_PER_SECOND;
  }
}

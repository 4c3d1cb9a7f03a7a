/** More callers than this that wait at once are no longer somebody who tests a template, but a campaign. */
const FEW = 32;

/** Tells a campaign from single messages: the callers of those may be kept waiting for AiSensy's verdict. */
export class Traffic {
  private second = 0;
  private arrivals = 0;
  private before = 0;
  private campaign = false;

  /**
   * Counts one message in; whether it comes amid a campaign. One begins when `waiting` callers are too many, and is over when a second
   * and the one before brought few messages. `at` is in milliseconds since 1970.
   */
  isCampaign(at: number, waiting: number): boolean {
    const second = Math.floor(at / 1_000);
    if (second !== this.second) {
      this.before = second === this.second + 1 ? this.arrivals : 0;
      this.arrivals = 0;
      this.second = second;
    }
    this.arrivals += 1;
    if (waiting >= FEW) this.campaign = true;
    else if (this.before <= FEW && this.arrivals <= FEW) this.campaign = false;
    return this.campaign;
  }
}

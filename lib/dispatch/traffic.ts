/** So many callers that wait at once are a campaign, and no longer somebody who tests a template. */
const FEW = 32;

/** Tells a campaign from single messages, whose callers may be kept waiting for AiSensy's verdict. */
export class Traffic {
  private second = 0;
  private arrivals = 0;
  private before = 0;
  private campaign = false;

  /**
   * Counts a message; returns whether it is part of a campaign. A campaign begins when too many callers are `waiting`, and is over when
   * this second and the one before have brought few messages. `at` is in milliseconds since 1970.
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

import { getCountries, getCountryCallingCode, Metadata } from 'libphonenumber-js/min';

/** What a country's plan says of its numbers, behind the calling code. */
interface NumberingPlan {
  lengths: ReadonlySet<number>;
  /** What people dial in front of a number within the country; empty where nothing is. */
  trunk: string;
}

/**
 * Knows a complete number by its calling code and length alone, for the countries where that is all there is to it. The
 * library's parser asks the same of the same metadata and takes over twenty times as long, which every message of a campaign would pay for.
 */
export class NumberingPlans {
  private readonly plans = new Map<string, NumberingPlan>();

  constructor() {
    const metadata = new Metadata();
    const shared = new Set<string>();
    for (const country of getCountries()) {
      const code = getCountryCallingCode(country);
      metadata.selectNumberingPlan(country);
      // In the class since its first release, and not in its types.
      const plan = metadata.numberingPlan as unknown as { possibleLengths(): number[]; nationalPrefixForParsing(): string | undefined };
      const trunk = plan.nationalPrefixForParsing() ?? '';
      const isPattern = !/^\d*$/.test(trunk);
      if (this.plans.delete(code) || isPattern) shared.add(code);
      if (!shared.has(code)) this.plans.set(code, { lengths: new Set(plan.possibleLengths()), trunk });
    }
  }

  /** Whether such digits are a number as they stand; where it says no, the parser may still make one of them. */
  isComplete(digits: string): boolean {
    for (let length = 1; length <= 3; length += 1) {
      const plan = this.plans.get(digits.slice(0, length));
      if (plan === undefined) continue;
      return plan.lengths.has(digits.length - length) && (plan.trunk === '' || !digits.startsWith(plan.trunk, length));
    }
    return false;
  }
}

/** Below this a number counts seconds (up to the year 5138), from it on milliseconds (since 1973). */
const FIRST_MILLISECOND = 1e11;

/** From this on it would be a year beyond all sense: microseconds, or no time at all. */
const LAST_MILLISECOND = 1e14;

/** The time that a value of the other side's tells, in milliseconds since 1970: seconds or milliseconds, number or text, or a date in words. */
export function timeOf(value: unknown): number | undefined {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return undefined;
  const number = Number(value);
  if (Number.isNaN(number)) return plausible(Date.parse(value as string));
  return plausible(Math.round(number < FIRST_MILLISECOND ? number * 1000 : number));
}

function plausible(time: number): number | undefined {
  return time > 0 && time < LAST_MILLISECOND ? time : undefined;
}

/** `Retry-After` of an answer, seconds or a date (RFC 9110, 10.2.3), in milliseconds from `now`; none where it asks for no wait. */
export function retryAfterMs(header: string | string[] | undefined, now: number): number | undefined {
  const value = (Array.isArray(header) ? header[0] : header)?.trim();
  if (!value) return undefined;
  const wait = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return wait > 0 && Number.isFinite(wait) ? Math.ceil(wait) : undefined;
}

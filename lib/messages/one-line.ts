/** A one-line text for summaries and titles, shortened to `limit` characters; `undefined` where nothing is left. */
export function oneLine(text: string, limit = 1_000): string | undefined {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line || undefined;
}

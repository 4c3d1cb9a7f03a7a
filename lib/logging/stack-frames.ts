/** Where an error happened, for the log: the frames of its stack without its message, which may quote a person's message or number. */
export function stackFrames(error: unknown): string | undefined {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return undefined;
  const { message, stack } = error;
  // A message may hold lines that look like frames.
  const start = stack.indexOf(String(message));
  return stack.slice(start === -1 ? 0 : start + message.length).match(/^ {4}at .*$/gm)?.join('\n');
}

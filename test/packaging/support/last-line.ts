/** The JSON value on the last line that a program printed. */
export function jsonOnLastLine(output: string): unknown {
  return JSON.parse(output.trim().split('\n').at(-1) ?? '');
}

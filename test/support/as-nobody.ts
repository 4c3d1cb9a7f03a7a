/** Nothing is read-only for root, as whom tests may run. */
export function asNobody<T>(call: () => T): T {
  if (process.getuid?.() !== 0) return call();
  process.seteuid!(65_534);
  try {
    return call();
  } finally {
    process.seteuid!(0);
  }
}

/** A package that only some features need, and that the host has not installed: the boot fails with it where the options name such a feature. */
export class MissingPeerError extends Error {
  constructor(feature: string, install: string, options?: { cause?: unknown }) {
    super(`${feature} need packages that are not installed: npm install ${install}`, options);
    this.name = 'MissingPeerError';
  }
}

/**
 * Loads an optional peer where it is first used. `load` is the import itself, so that bundlers see it; `feature` and `install` go
 * into the error that tells what to do: "Templates need packages that are not installed: npm install …".
 */
export async function loadPeer<T>(load: () => Promise<T>, feature: string, install: string): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // The first is an import's code, the second what `require` says in the CommonJS build.
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') throw new MissingPeerError(feature, install, { cause: error });
    throw error;
  }
}

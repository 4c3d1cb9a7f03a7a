import { accessSync, constants } from 'node:fs';
import { delimiter, join, sep } from 'node:path';

/** A Node to run a host app on, with the environment in which `node` and `npm` mean that Node. */
export interface NodeRuntime {
  node: string;
  env: NodeJS.ProcessEnv;
}

const path = (process.env.PATH ?? '').split(delimiter);

/** The Node that the repository pins: the one that runs this. */
export function repositoryNode(): NodeRuntime {
  return { node: process.execPath, env: cleanEnvironment(path) };
}

/** The machine's own Node: the first in PATH that no `node_modules` holds. */
export function machineNode(): NodeRuntime {
  const outside = path.filter((folder) => !folder.includes(`${sep}node_modules${sep}`));
  const folder = outside.find((candidate) => isExecutable(join(candidate, 'node')));
  if (folder === undefined) throw new Error('There is no node in PATH but those in node_modules.');
  return { node: join(folder, 'node'), env: cleanEnvironment(outside) };
}

/** Without what npm and jest add for their own children; npm's configuration stays. */
function cleanEnvironment(folders: string[]): NodeJS.ProcessEnv {
  const foreign = /^(?:npm_(?!config_)|JEST_|NODE_OPTIONS$|NODE_ENV$|NODE$|INIT_CWD$)/;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(kept), PATH: folders.join(delimiter) };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

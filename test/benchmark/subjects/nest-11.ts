import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

// Loaded with `--import` in front of a subject: lets it, and the bridge in it, find the Nest 11 that stands in `test/nest-11`.

const NEST = /^@nestjs\/(?:common|core|platform-express|platform-fastify)(?:\/|$)/;
const { resolve } = createRequire(process.env['BENCHMARK_NEST_11']!);

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (!NEST.test(specifier)) return nextResolve(specifier, context);
    return { url: pathToFileURL(resolve(specifier)).href, format: 'commonjs', shortCircuit: true };
  },
});

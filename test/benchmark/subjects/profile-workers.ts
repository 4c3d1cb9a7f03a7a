import { syncBuiltinESMExports } from 'node:module';
import threads, { type WorkerOptions } from 'node:worker_threads';

// Loaded with `--import` in front of a subject: every thread that it starts leaves a `.cpuprofile` when it ends.

const folder = process.env['BENCHMARK_PROFILES']!;
const execArgv = ['--cpu-prof', '--cpu-prof-interval=200', `--cpu-prof-dir=${folder}`];

threads.Worker = class extends threads.Worker {
  constructor(file: string | URL, options?: WorkerOptions) {
    super(file, { ...options, execArgv });
  }
};
syncBuiltinESMExports();

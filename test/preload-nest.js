/**
 * Loads Nest before a spec is loaded. Jest runs the CommonJS packages of a graph before the graph's own ES modules, so a
 * CommonJS package that requires Nest 12 (`@nestjs/throttler`) would meet it half loaded; Node itself has no such trouble.
 */
import '@nestjs/common';
import '@nestjs/core';

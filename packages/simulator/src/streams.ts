import { createWorld, type World } from './world/world.ts';

/** A stream that can be read here. Adding one is a declaration and a world to tell of. */
export interface SimulatedStream {
  readonly name: string;
  readonly path: `/${string}`;
  readonly createWorld: (seed: number) => World;
}

const COMPANIES: SimulatedStream = { name: 'companies', path: '/companies', createWorld };

/** The path table. */
export const SIMULATED_STREAMS: readonly [SimulatedStream, ...SimulatedStream[]] = [COMPANIES];

import type { StreamName } from '@timepoint/shared/contract/streams';
import { asError } from '@timepoint/shared/platform/errors';
import { createApp, listen } from './app.ts';
import { type Control, createControl } from './control.ts';
import { createConnections } from './delivery/connections.ts';
import { createFaultBox } from './faults/fault-box.ts';
import { createMetronome } from './metronome.ts';
import { createMoments } from './moments.ts';
import { type SimulatorOptions, settle } from './options.ts';
import { openPublisher } from './publisher.ts';
import { createSnapshots } from './snapshots/open-snapshot.ts';
import { openReservations } from './state-file.ts';
import type { Truth } from './truth/truth.ts';
import { createWorld } from './world/world.ts';

/** A running simulator. */
export interface Simulator extends Control {
  readonly url: string;
  readonly port: number;
  /** The ground truth of a stream: what a perfect reader would hold. The default is companies. */
  truth(stream?: StreamName): Truth;
  close(): Promise<void>;
}

/**
 * Starts a simulated Companies House that streams an invented register.
 * @throws ConfigError when its port is in use or its state file belongs to another world.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const settings = settle(options);
  const { seed, firstTimepoint, stateFile, retentionEvents, retentionMs, variants, now, log } = settings;
  const publisher = await openPublisher({
    streams: settings.streams,
    reservations: openReservations(stateFile, { seed, firstTimepoint, streams: settings.streams }),
    retention: { events: retentionEvents, ms: retentionMs },
    variants,
    now,
  });
  const faults = createFaultBox();
  if (options.faults !== undefined) faults.set(options.faults);
  const connections = createConnections(settings.maxConnections, now);
  const metronome = createMetronome((count) => {
    publisher.emit(count).catch((thrown: unknown) => log.error({ err: asError(thrown) }, 'emission failed'));
  });
  const control = createControl({ publisher, metronome, faults, connections });
  await publisher.emit(settings.backlog - publisher.emittedEver);

  const { seed: ofWorld, feeds } = publisher;
  const moments = createMoments({
    publisher,
    createWorld: () => createWorld(ofWorld, settings.streams, variants),
  });
  const openSnapshot = createSnapshots({ seed: ofWorld, feeds, moments });
  const app = createApp({ settings, feeds, faults, connections, control, openSnapshot });
  const port = await listen(app, settings);
  control.setRate(settings.rate);
  const { newest } = control.status();
  log.info({ port, seed: publisher.seed, newest }, 'simulator listening');
  return {
    ...control,
    url: `http://${settings.host}:${port}`,
    port,
    truth: (stream = 'companies') => {
      const feed = publisher.feeds.find((candidate) => candidate.stream.name === stream);
      if (feed === undefined)
        throw new RangeError(`this simulator has no stream ${stream}: name it in the option streams`);
      return feed.truth;
    },
    async close() {
      metronome.close();
      await connections.closeAll({ reason: 'shutdown', how: 'end' });
      await app.close();
    },
  };
}

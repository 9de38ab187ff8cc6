import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createTempFolder } from '@timepoint/testkit/temp-folder';
import { openReservations } from './state-file.ts';

const folder = createTempFolder();
const newPath = () => join(mkdtempSync(join(folder, 'world-')), 'state.json');
const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

afterAll(() => rmSync(folder, { recursive: true }));

describe("Timepoint's simulator keeps its state so that", () => {
  it('events are reserved in blocks, ahead of their emission', () => {
    const path = newPath();
    const reservations = openReservations(path, { streams: ['companies'], seed: 5 });
    reservations.cover(1);
    expect(read(path)).toMatchObject({ seed: 5, firstTimepoint: 22_000_001, reserved: 1_000 });
    reservations.cover(1_000);
    expect(read(path).reserved).toBe(1_000);
    reservations.cover(1_001);
    expect(read(path).reserved).toBe(2_000);
    expect(readdirSync(join(path, '..'))).toEqual(['state.json']);
  });

  it('the file decides what is not asked for', () => {
    const path = newPath();
    openReservations(path, { streams: ['companies'], seed: 5, firstTimepoint: 7 }).cover(1);
    expect(openReservations(path, { streams: ['companies'] })).toMatchObject({
      seed: 5,
      firstTimepoint: 7,
      reserved: 1_000,
    });
  });

  it('the number of events before a day is recorded once, when the day begins', () => {
    const path = newPath();
    const reservations = openReservations(path, { streams: ['companies'] });
    reservations.beginDay('2026-01-05', 0);
    reservations.beginDay('2026-01-05', 20);
    reservations.beginDay('2026-01-07', 50);
    // A clock that is set back.
    reservations.beginDay('2026-01-06', 60);
    const days = [
      { day: '2026-01-05', emittedBefore: 0 },
      { day: '2026-01-07', emittedBefore: 50 },
    ];
    expect(read(path).days).toEqual(days);
    expect(openReservations(path, { streams: ['companies'] }).days).toEqual(days);
  });

  it('another world than the one of the file is refused, with the remedy', () => {
    const path = newPath();
    openReservations(path, { streams: ['companies'], seed: 5 }).cover(1);
    expect(() => openReservations(path, { streams: ['companies'], seed: 6 })).toThrow(
      'holds a world with seed 5, not 6',
    );
  });

  it('a file that is no state is refused, with the remedy', () => {
    const path = newPath();
    writeFileSync(path, '{"seed":');
    expect(() => openReservations(path, { streams: ['companies'] })).toThrow('to start anew');
  });

  it('a file of a version with another world is refused, with the remedy', () => {
    const path = newPath();
    openReservations(path, { streams: ['companies'] }).cover(1);
    writeFileSync(path, JSON.stringify({ ...read(path), edition: 1 }));
    expect(() => openReservations(path, { streams: ['companies'] })).toThrow('of this version');
  });

  it('another choice of streams is refused, as it is another world', () => {
    const path = newPath();
    openReservations(path, { streams: ['companies'] }).cover(1);
    expect(() => openReservations(path, { streams: ['companies', 'filings'] })).toThrow(
      'name those in SIMULATOR_STREAMS',
    );
  });

  it('nothing is written without a file', () => {
    const reservations = openReservations(undefined, { streams: ['companies'] });
    reservations.cover(5_000);
    expect(reservations).toMatchObject({ seed: 1, firstTimepoint: 22_000_001, reserved: 0 });
  });
});

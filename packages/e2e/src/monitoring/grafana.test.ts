import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { hasPromtool, promtool } from '@timepoint/testkit/promtool';
import { createTempFolder } from '@timepoint/testkit/temp-folder';

const ROOT = resolve(import.meta.dirname, '../../../..');
const SOURCE = { type: 'prometheus', uid: `\${datasource}` };

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly datasource?: unknown;
  readonly targets?: readonly { readonly expr: string; readonly datasource: unknown }[];
}

interface Dashboard {
  readonly uid: string;
  readonly id?: number;
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
  readonly panels: readonly Panel[];
}

const read = (path: string) => readFile(join(ROOT, path), 'utf8');
const readDashboard = async () => JSON.parse(await read('infra/grafana/timepoint.json')) as Dashboard;
const expressionsOf = ({ panels }: Dashboard) =>
  panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
/** As Grafana would fill in its variables. */
const filledIn = (expression: string) =>
  expression.replaceAll('$__rate_interval', '5m').replaceAll('$stream', '.*');

describe('Timepoint, shown in Grafana,', () => {
  it('can be provisioned: it names no data source but its variable, and no panel twice', async () => {
    const { uid, id, templating, panels } = await readDashboard();
    expect([uid, id]).toEqual(['timepoint', undefined]);
    expect(templating.list.map(({ name, type }) => [name, type])).toEqual([
      ['datasource', 'datasource'],
      ['stream', 'query'],
    ]);
    expect(new Set(panels.map((panel) => panel.id)).size).toBe(panels.length);
    for (const { type, datasource, targets = [] } of panels.filter((panel) => panel.type !== 'row'))
      expect([type, datasource, targets.map((target) => target.datasource)]).toEqual([
        type,
        SOURCE,
        targets.map(() => SOURCE),
      ]);
  });

  it('shows only metrics that there are', async () => {
    const documented = new Set(
      [...(await read('docs/telemetry.md')).matchAll(/^\| `(\w+)` +\| (\w+)/gm)].flatMap(([, name, type]) =>
        type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      ),
    );
    const named = expressionsOf(await readDashboard()).flatMap(
      (expression) => expression.match(/\b(timepoint|process|nodejs)_\w+/g) ?? [],
    );
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((name) => !documented.has(name))).toEqual([]);
  });
});

// Without promtool this counts as skipped.
const withPromtool = (await hasPromtool()) ? describe : describe.skip;

withPromtool('Timepoint, its dashboard checked by promtool,', () => {
  it('asks what Prometheus understands', async () => {
    const rules = expressionsOf(await readDashboard()).map((expression, index) => ({
      record: `panel:${index}`,
      expr: filledIn(expression),
    }));
    const folder = createTempFolder();
    await writeFile(join(folder, 'panels.yml'), JSON.stringify({ groups: [{ name: 'panels', rules }] }));
    const { code, output } = await promtool(['check', 'rules', 'panels.yml'], folder);
    await rm(folder, { recursive: true });
    expect([code, output]).toEqual([0, expect.stringContaining(`SUCCESS: ${rules.length} rules found`)]);
  });
});

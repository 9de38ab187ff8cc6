import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { hasPromtool, promtool } from '@timepoint/testkit/promtool';
import { parse } from 'yaml';

const ROOT = resolve(import.meta.dirname, '../../../..');
const FOLDER = join(ROOT, 'infra/prometheus');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface RuleTest {
  readonly alert_rule_test: readonly {
    readonly alertname: string;
    readonly exp_alerts: readonly unknown[];
  }[];
}

const read = (path: string) => readFile(join(ROOT, path), 'utf8');
const readRules = async (): Promise<Rule[]> =>
  parse(await read('infra/prometheus/alerts.yml')).groups.flatMap((group: { rules: Rule[] }) => group.rules);
const sectionsOf = (text: string) => [...text.matchAll(/^## ([a-z-]+)$/gm)].map(([, section]) => section);

describe('Timepoint, alerting through Prometheus,', () => {
  it('says of each alert how urgent it is, what it means, and where the runbook says what to do', async () => {
    const rules = await readRules();
    expect(rules.length).toBeGreaterThan(10);
    for (const { alert, labels, annotations } of rules) {
      expect([alert, labels.severity]).toEqual([alert, expect.stringMatching(/^(warning|critical)$/)]);
      expect([alert, annotations]).toEqual([
        alert,
        { summary: expect.any(String), description: expect.any(String), runbook: expect.any(String) },
      ]);
    }
  });

  it('has an alert for each section of the runbook, and a section for each alert', async () => {
    const named = (await readRules()).map(({ annotations }) => annotations.runbook?.split('#'));
    expect(new Set(named.map((link) => link?.[0]))).toEqual(new Set(['docs/operations.md']));
    const sections = sectionsOf(await read('docs/operations.md'));
    expect(new Set(named.map((link) => link?.[1]))).toEqual(new Set(sections));
  });

  it('watches only metrics that there are', async () => {
    const documented = await read('docs/telemetry.md');
    const names = (await readRules()).flatMap(({ expr }) => expr.match(/timepoint_\w+/g) ?? []);
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(documented).toContain(`| \`${name}\``);
  });

  it('shows each alert firing and clearing', async () => {
    const { tests } = parse(await read('infra/prometheus/alerts.test.yml')) as { tests: RuleTest[] };
    for (const { alert } of await readRules()) {
      const shown = tests.filter(({ alert_rule_test: steps }) => {
        const own = steps.filter(({ alertname }) => alertname === alert);
        return own.some(({ exp_alerts }) => exp_alerts.length > 0) && own.at(-1)?.exp_alerts.length === 0;
      });
      expect([alert, shown.length]).toEqual([alert, 1]);
    }
  });
});

// Without promtool these count as skipped.
const withPromtool = (await hasPromtool()) ? describe : describe.skip;

withPromtool('Timepoint, its alerts checked by promtool,', () => {
  it.each([
    ['check rules', ['check', 'rules', 'alerts.yml']],
    ['check config', ['check', 'config', 'prometheus.yml']],
    ['test rules', ['test', 'rules', 'alerts.test.yml']],
  ])('passes %s', async (_name, args) => {
    expect(await promtool(args, FOLDER)).toMatchObject({
      code: 0,
      output: expect.stringContaining('SUCCESS'),
    });
  });
});

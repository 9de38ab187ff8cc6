import { bad, type Check, good } from './check.ts';

const LEAST = [22, 18] as const;

/** Whether this Node can run Timepoint; `version` is such as `24.1.0`. */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNew = major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
  return isNew
    ? good('node', version)
    : bad('problem', 'node', `${version} is too old`, `install Node ${LEAST.join('.')} or newer, best 24`);
}

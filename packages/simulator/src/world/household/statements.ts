import { pick } from '../../random.ts';
import type { Day } from '../calendar.ts';
import { newEtag } from '../etag.ts';
import type { Telling } from '../event.ts';
import type { Scene } from '../scene.ts';
import { file } from './filings.ts';
import { FORMS } from './forms.ts';
import { type Belonging, belong, type Household, inForce } from './household.ts';
import { newId } from './ids.ts';
import { linkTo, show } from './show.ts';
import { change, tell } from './tell.ts';

const STREAM = 'persons-with-significant-control-statements';
/** What a company can state of its controllers. */
export const STATEMENTS = [
  // The publisher's spelling.
  'no-individual-or-entity-with-signficant-control',
  'psc-exists-but-not-identified',
  'steps-to-find-psc-not-yet-completed',
] as const;

/** States that nobody controls the company, or that it is not known who does; not told yet. */
export function state(household: Household, { random }: Scene, notifiedOn: Day): Belonging {
  const id = newId(random, 27);
  const kind = 'persons-with-significant-control-statement';
  const statement = belong(
    household,
    { stream: STREAM, kind, path: `${STREAM}/${id}`, id },
    { etag: newEtag(random), kind, statement: pick(random, STATEMENTS), notified_on: notifiedOn },
  );
  household.statements.push(statement);
  return statement;
}

/** A statement that is filed: the profile of the company links to its statements from then on. */
export function fileStatement(household: Household, scene: Scene): Telling[] {
  const { today } = scene;
  const statement = state(household, scene, today);
  const paper = { ...FORMS.controlStatement, action_date: today, values: { notification_date: today } };
  const told = [tell(statement), file(household, scene, paper)];
  const { links } = household.life.profile;
  if (links.persons_with_significant_control_statements !== undefined) return told;
  return [
    ...told,
    ...show(household, scene, { links: linkTo(household, 'persons_with_significant_control_statements') }),
  ];
}

/** Withdraws what the company had stated, as it now has somebody to name. */
export function withdrawStatements(household: Household, scene: Scene): Telling[] {
  const { random, today } = scene;
  return inForce(household.statements).flatMap((statement) => {
    statement.isOver = true;
    const paper = { ...FORMS.controlStatementWithdrawal, values: { withdrawal_date: today } };
    return [change(statement, { ceased_on: today, etag: newEtag(random) }), file(household, scene, paper)];
  });
}

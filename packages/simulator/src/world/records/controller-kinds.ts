import { chance, createLottery, int, pick, type Random } from '../../random.ts';
import { inventServiceAddress } from '../addresses.ts';
import type { GenerationContext } from '../generation-context.ts';
import type { Document } from './company-records.ts';
import { inventPerson, inventPersonName, inventRegistrationNumber } from './people.ts';

/** A kind of controller: its names in the envelope, the URI and the document. */
export interface ControllerKind {
  readonly resourceKind: string;
  readonly segment: string;
  readonly kind: string;
}

const kind = (resourceKind: string, segment: string, name: string): ControllerKind => ({
  resourceKind,
  segment,
  kind: name,
});
const ownerKind = (name: string): ControllerKind =>
  kind(`${name}-beneficial-owner`, `${name}-beneficial-owner`, `${name}-beneficial-owner`);

const drawCompanyKind = createLottery<ControllerKind>([
  [80, kind('company-psc-individual', 'individual', 'individual-person-with-significant-control')],
  [14, kind('company-psc-corporate', 'corporate-entity', 'corporate-entity-person-with-significant-control')],
  [3, kind('company-psc-legal', 'legal-person', 'legal-person-person-with-significant-control')],
  [2, kind('company-psc-supersecure', 'super-secure', 'super-secure-person-with-significant-control')],
  // A kind that the publisher has not mapped.
  [1, kind('', 'null', 'individual-person-with-significant-control')],
]);
const drawOwnerKind = createLottery<ControllerKind>([
  [45, ownerKind('individual')],
  [30, ownerKind('corporate-entity')],
  [15, ownerKind('legal-person')],
  [10, ownerKind('super-secure')],
]);

const NATURES = [
  'ownership-of-shares-25-to-50-percent',
  'ownership-of-shares-75-to-100-percent',
  'voting-rights-75-to-100-percent',
  'right-to-appoint-and-remove-directors',
  'significant-influence-or-control',
] as const;

/** Draws a kind of controller, of a company or of an overseas entity. */
export function drawControllerKind(random: Random, isOverseas: boolean): ControllerKind {
  return isOverseas ? drawOwnerKind(random) : drawCompanyKind(random);
}

/** Draws one or several natures of control. */
export function inventNatures(random: Random, isOverseas: boolean): string[] {
  const drawn = Array.from({ length: 1 + int(random, 3) }, () => pick(random, NATURES));
  return [...new Set(drawn)].map((nature) => (isOverseas ? `${nature}-registered-overseas-entity` : nature));
}

/** Invents the document of a controller of the kind. */
export function describeController(
  drawn: ControllerKind,
  context: GenerationContext,
  jurisdiction: string,
): Document {
  const isOwner = drawn.kind.endsWith('owner');
  // The document says only that the controller exists.
  if (drawn.segment.startsWith('super-secure')) {
    return isOwner
      ? { description: drawn.kind, ceased: '0' }
      : { description: 'super-secure-persons-with-significant-control' };
  }
  const address = inventServiceAddress(context, jurisdiction);
  const common = {
    address,
    natures_of_control: inventNatures(context.random, isOwner),
    ...(isOwner ? { is_sanctioned: chance(context.random, 0.05), principal_office_address: address } : {}),
  };
  if (drawn.segment.startsWith('individual') || drawn.segment === 'null') {
    const name = inventPersonName(context);
    return {
      ...common,
      ...inventPerson(context),
      name: `${name.title} ${name.forename} ${name.surname}`,
      name_elements: name,
    };
  }
  return {
    ...common,
    name: `${pick(context.random, context.words.surnames)} Limited`,
    identification: identify(context),
  };
}

function identify(context: GenerationContext) {
  return {
    country_registered: 'United Kingdom',
    legal_authority: 'Companies Act 2006',
    legal_form: 'Limited Company',
    place_registered: 'Companies House',
    registration_number: inventRegistrationNumber(context),
  };
}
